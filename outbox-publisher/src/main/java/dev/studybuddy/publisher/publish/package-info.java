/**
 * Answers for order: which row may be sent next, and what its outcome leads to.
 *
 * <pre>
 *   page ──▶ admit ──▶ waiting ──▶ head ──┬─ predecessor unknown ──▶ looked up by primary key ─┐
 *              │                    ▲     └─ predecessor known ◀─────────────────────────────┘
 *              │ held, overflowing, │                │ trusted lease, broker and topic well
 *              │ topic blocked      │                ▼
 *              ▼                    │            in flight ──▶ acknowledged ──▶ marked, forgotten
 *         remembered ──(until)──────┤                │  │  │
 *         read again by primary key │   broker away ─┘  │  └─ refused: attempt written, aggregate held,
 *                                   └───────────────────┘     or dead-lettered after the last attempt
 *                                        topic blocked: its rows leave memory until it opens
 * </pre>
 *
 * One rule carries the order: version v goes only when v = 1, or v − 1 was acknowledged to this instance, or was read
 * as processed, or the outbox has no row of it. It needs no clock and no lease. {@link
 * dev.studybuddy.publisher.publish.PublishLoop} is driven by one thread, step by step; outcomes and marks come back
 * through its queues from any thread. Tables, sender and clock are given, so that a simulation can drive the same code.
 */
@NullMarked
package dev.studybuddy.publisher.publish;

import org.jspecify.annotations.NullMarked;
