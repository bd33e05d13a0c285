package dev.studybuddy.publisher.lease;

import java.time.Instant;

/**
 * A starting point is where the next owner of a shard begins to read.
 *
 * @param epoch the epoch of the owner that writes it
 * @param readFrom the creation time up to which the owner has read the shard
 */
public record StartingPoint(int shard, long epoch, Instant readFrom) {}
