package dev.studybuddy.publisher.publish;

/** One version of one aggregate, whose state decides whether the next may go. */
public record Predecessor(Aggregate aggregate, long version) {}
