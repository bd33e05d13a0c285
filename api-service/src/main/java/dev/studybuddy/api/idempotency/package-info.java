/**
 * Answers for POSTs that are sent twice: the answer of the first is stored in the transaction of its effect, and given
 * to the second byte for byte.
 *
 * <pre>
 *   (no key) ──────────────────────────────────────────> effect ──> answer
 *   key ── stored, same request ───────────────────────> the stored answer
 *    │  ── stored, other request ──────────────────────> 409
 *    │  ── claimed by a request under way: ask again ──> as above, or 503 after 2 s
 *    └── claim (insert) ── effect ── store ── commit ──> answer   (a failure takes the claim back)
 * </pre>
 *
 * An effect outside SQL can't be part of the transaction, so that its claim is committed before it, with an end: a
 * request that finds the claim asks again as above, and the claim of a process that died is free when its time is over.
 *
 * <pre>
 *   claim, reserved ── commit ── effect ── store ── commit ──> answer   (a failure deletes the claim)
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.idempotency;

import org.jspecify.annotations.NullMarked;
