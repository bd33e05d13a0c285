package dev.studybuddy.publisher.lease;

/** Identifies one term of ownership of a shard. */
public record ShardEpoch(int shard, long epoch) {}
