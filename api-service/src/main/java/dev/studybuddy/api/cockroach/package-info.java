/**
 * This package runs the SQL transactions of requests and jobs. It retries a transaction, or a statement outside a
 * transaction, if the database requests a retry or another transaction held a lock for too long. It classifies each
 * failure, and aborts a transaction when the deadline of its request passes. It also migrates the database schema at
 * startup, and answers reads from CockroachDB while MongoDB is unavailable.
 *
 * <pre>
 *   begin ── body ── commit ──────────────> done
 *     ^        │        │
 *     │      40001    40001
 *     └─ back off with jitter (bounded: attempts, deadline) ──> contention
 *              │        │
 *            cut, frozen, refused ────────> unavailable, or at COMMIT: outcome unknown
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.cockroach;

import org.jspecify.annotations.NullMarked;
