/**
 * This package publishes the rows of the outbox in the order of each aggregate's versions.
 *
 * <pre>
 *   page ──▶ admit ──▶ waiting ──▶ head ──┬─ predecessor unconfirmed ──▶ read by primary key ─┐
 *              │                    ▲     └─ predecessor confirmed ◀────────────────────────┘
 *              │ hold, overflow,    │                │ lease trusted, broker and topic available
 *              │ topic blocked      │                ▼
 *              ▼                    │            in flight ──▶ acknowledged ──▶ marked, removed from memory
 *          deferred ──(due)─────────┤   broker       │  │  │
 *          read by primary key      │   unavailable ─┘  │  └─ refused: attempt written, aggregate deferred,
 *                                   └───────────────────┘     or dead-lettered after the last attempt
 *                                        topic blocked: its rows leave memory until it opens
 * </pre>
 *
 * One rule ensures the order: version v is sent only if v = 1, or this instance received the acknowledgement of v − 1,
 * or v − 1 was read as processed, or the outbox has no row of v − 1. The rule needs no clock and no lease. One thread
 * drives {@link dev.studybuddy.publisher.publish.PublishLoop} step by step; outcomes and write results arrive through
 * its queues from any thread. The tables, the sender and the clock are parameters, so that a simulation can drive this
 * code.
 */
@NullMarked
package dev.studybuddy.publisher.publish;

import org.jspecify.annotations.NullMarked;
