package dev.studybuddy.publisher.ordering;

/** A predecessor is one version of one aggregate, whose state decides whether the next version may be sent. */
public record Predecessor(Aggregate aggregate, long version) {}
