package dev.studybuddy.publisher.ordering;

/**
 * An aggregate is the unit of ordering: its rows are sent by version. The shard is the one that the writer computed.
 */
public record Aggregate(int shard, String type, String id) {}
