package dev.studybuddy.publisher.lease;

/** A shard in one term of ownership. */
public record ShardEpoch(int shard, long epoch) {}
