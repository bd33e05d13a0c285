package dev.studybuddy.publisher.outbox;

import dev.studybuddy.publisher.ordering.Position;

/**
 * This request selects a shard's pending rows strictly after a position.
 *
 * @param limit the maximum number of rows
 */
public record PageRequest(int shard, Position after, int limit) {}
