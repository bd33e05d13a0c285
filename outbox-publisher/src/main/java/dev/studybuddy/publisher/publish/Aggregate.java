package dev.studybuddy.publisher.publish;

/** What events are ordered by: one aggregate, with the shard that its writer computed. */
public record Aggregate(int shard, String type, String id) {}
