/**
 * Answers for which shards this instance may send for, and until when.
 *
 * <pre>
 *            take (expired or free; epoch + 1)            renewed, and more than the guard remains
 *   OTHERS ────────────────────────────────▶ HELD ◀──────────────────────────────────────────────┐
 *     ▲  │  written to us by its owner (epoch + 1)          │        │                             │
 *     │  └────────── trusted from our own first renewal ────┘        │ the guard is reached: no     │
 *     │                                                              ▼ new send                     │
 *     │                                                          UNTRUSTED ─────────────────────────┘
 *     │   not among the renewed: lost                                │
 *     ├──────────────────────────────────────────────────────────────┘
 *     │   exceeds the fair share, or a graceful stop
 *     └── handed over (owner, epoch + 1, expiry) ◀── DRAINED ◀── DRAINING ◀── HELD
 * </pre>
 *
 * Expiry is decided by the database's clock; trust by the monotonic one, counted from before the renewal was sent.
 * {@link dev.studybuddy.publisher.lease.LeaseKeeper} is driven by one thread at a time; {@link
 * dev.studybuddy.publisher.lease.ShardLeases} is what it and the publishing thread share.
 */
@NullMarked
package dev.studybuddy.publisher.lease;

import org.jspecify.annotations.NullMarked;
