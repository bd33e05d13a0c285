/**
 * This package runs the SQL transactions of requests. It retries a transaction, or a statement outside a transaction,
 * if the database requests a retry. It classifies each failure, and aborts a transaction when the deadline of its
 * request passes. It also migrates the database schema at startup.
 *
 * <pre>
 *   begin ── body ── commit ──────────────> done
 *     ^        │        │
 *     │      40001    40001
 *     └─ back off with jitter (bounded: attempts, deadline) ──> contention
 *              │        │
 *            cut, frozen, refused ────────> unavailable, or after COMMIT was sent: outcome unknown
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.cockroach;

import org.jspecify.annotations.NullMarked;
