/**
 * This package checks whether the read models are exact, and repairs drift by events. A difference that pending events
 * or unapplied batches explain is not drift.
 *
 * <pre>
 *   difference ──its events processed and applied──> compared again ──still different──> drift
 *              └──not in time──> unsettled
 * </pre>
 *
 * <p>The memory of a verify is bounded: it reads mirrors and users' totals as streams in the order of their ids, and
 * the global totals in ranges of one period. The schedule queues a verify once a day, after each activation, and after
 * each repair.
 */
@NullMarked
package dev.studybuddy.api.operations.verify;

import org.jspecify.annotations.NullMarked;
