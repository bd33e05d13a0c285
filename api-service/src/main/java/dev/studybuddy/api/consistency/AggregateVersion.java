package dev.studybuddy.api.consistency;

import dev.studybuddy.contract.AggregateType;

/**
 * Identifies a version of an aggregate that a request wrote.
 *
 * @param id the id of the aggregate
 */
public record AggregateVersion(AggregateType type, String id, long version) {}
