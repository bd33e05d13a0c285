/**
 * This package decides which shards this instance may send for at a given time.
 *
 * <pre>
 *            take (expired or free; epoch + 1)            renewed, and more than the guard remains
 *   OTHERS ────────────────────────────────▶ HELD ◀──────────────────────────────────────────────┐
 *     ▲  │  handed over by its owner (epoch + 1)            │        │                             │
 *     │  └────────── trusted from its first renewal here ───┘        │ the guard is reached: no     │
 *     │                                                              ▼ new send                     │
 *     │                                                          UNTRUSTED ─────────────────────────┘
 *     │   the renewal lacks it: lost                                 │
 *     ├──────────────────────────────────────────────────────────────┘
 *     │   exceeds the fair share, a graceful stop, or the instance is unfit and a fit one is live
 *     └── handed over (owner, epoch + 1, expiry) ◀── DRAINED ◀── DRAINING ◀── HELD
 * </pre>
 *
 * <p>The database's clock decides when a lease expires. The monotonic clock decides how long it is trusted, counted
 * from before the renewal was sent. {@link dev.studybuddy.publisher.lease.ShardQuota} decides which shards an instance
 * takes, keeps and hands over. The owner of a shard also writes its starting point for the next owner. {@link
 * dev.studybuddy.publisher.lease.LeaseRounds} decides when the steps of {@link
 * dev.studybuddy.publisher.lease.LeaseKeeper} are due. One thread at a time calls the lease keeper. The lease keeper
 * and the publishing thread share {@link dev.studybuddy.publisher.lease.ShardLeases}.
 */
@NullMarked
package dev.studybuddy.publisher.lease;

import org.jspecify.annotations.NullMarked;
