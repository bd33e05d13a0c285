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
 */
@NullMarked
package dev.studybuddy.api.idempotency;

import org.jspecify.annotations.NullMarked;
