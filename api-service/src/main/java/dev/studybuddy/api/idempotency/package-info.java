/**
 * This package answers retries of a write that have the same Idempotency-Key. The first request stores its answer in
 * the transaction of its effect, and each retry receives that answer byte for byte.
 *
 * <pre>
 *   (no key) ──────────────────────────────────────────────> effect ──> answer
 *   key ── stored, same request ───────────────────────────> the stored answer
 *    │  ── stored, other request ──────────────────────────> 409
 *    │  ── claimed in another transaction: wait for it ────> as above, or 503
 *    └── claim (insert) ── effect ── store ── commit ──────> answer   (a failure rolls the claim back)
 * </pre>
 *
 * An effect outside SQL cannot join the transaction. Therefore its claim is committed before the effect, with an end
 * time. A further request with the key polls the row for at most two seconds, and is then answered with 503. The claim
 * of a process that crashed expires at its end time.
 *
 * <pre>
 *   claim, reserved ── commit ── effect ── store ── commit ──> answer   (a failed effect deletes the claim)
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.idempotency;

import org.jspecify.annotations.NullMarked;
