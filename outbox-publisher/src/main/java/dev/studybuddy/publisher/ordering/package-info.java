/**
 * This package decides which row of an aggregate may be sent next.
 *
 * <pre>
 *   row ──▶ admit ──▶ waiting ──▶ head ──┬─ predecessor unconfirmed ──▶ its state is read ─┐
 *             │                    ▲     └─ predecessor confirmed ◀────────────────────────┘
 *             │ hold or overflow   │                │ dispatch
 *             ▼                    │                ▼
 *         deferred ──(due)─────────┤            in flight ──▶ acknowledged ──▶ marked, removed from memory
 *             ▲                    │                │  │  └─▶ dead-lettered ──▶ removed from memory
 *             │                    └── taken back ──┘  │
 *             └──── failed, or fenced in a shard that is served again
 * </pre>
 *
 * <p>One rule ensures the order, the predecessor rule: version v is sent only if v = 1, or this instance received the
 * acknowledgement of v − 1 or dead-lettered it, or v − 1 was read as processed, or the outbox has no row of v − 1. The
 * rule needs no clock and no lease: each time is a parameter, and the package does no input or output. The head of a
 * queue is the pending row with the lowest (version, creation time, id).
 *
 * <p>Rows behind a head that is in flight may join its chain by the session rule: version v may also be sent if v − 1
 * was handed to the same open producer session before it, in order and without a gap. A chain ends when no row of it is
 * in flight, and the predecessor rule decides again.
 */
@NullMarked
package dev.studybuddy.publisher.ordering;

import org.jspecify.annotations.NullMarked;
