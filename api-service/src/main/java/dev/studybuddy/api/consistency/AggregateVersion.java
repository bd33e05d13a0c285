package dev.studybuddy.api.consistency;

import dev.studybuddy.contract.AggregateType;

/** A version of an aggregate that somebody wrote. */
public record AggregateVersion(AggregateType type, String id, long version) {}
