package dev.studybuddy.publisher.publish;

/** Asks for a shard's pending rows strictly after a position, at most so many. */
public record PageRequest(int shard, Position after, int limit) {}
