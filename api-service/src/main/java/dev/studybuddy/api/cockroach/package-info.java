/**
 * Answers for what SQL transactions of a request promise: they are retried when the database asks for it, classified
 * when they fail, and given up when the request's deadline passes.
 *
 * <pre>
 *   begin ── body ── commit ──────────────> done
 *     ^        │        │
 *     │      40001    40001
 *     └─ pause with jitter (bounded: attempts, deadline) ──> contention
 *              │        │
 *            cut, frozen, refused ────────> unavailable, or after COMMIT was sent: outcome unknown
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.cockroach;

import org.jspecify.annotations.NullMarked;
