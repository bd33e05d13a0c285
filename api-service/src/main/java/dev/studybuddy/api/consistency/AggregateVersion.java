package dev.studybuddy.api.consistency;

import dev.studybuddy.contract.AggregateType;

/** Identifies a version of an aggregate that a request wrote. */
record AggregateVersion(AggregateType type, String id, long version) {}
