package dev.studybuddy.publisher.lease;

import java.time.Instant;

/**
 * A starting point states the creation time up to which the owner of a shard has read it. The next owner begins {@code
 * publisher.polling.max-transaction} plus 5 s earlier.
 *
 * @param epoch the epoch of the owner that writes it
 * @param readUpTo the creation time up to which the owner has read the shard
 */
public record StartingPoint(int shard, long epoch, Instant readUpTo) {}
