/**
 * This package checks whether MongoDB equals the function of CockroachDB's state. It repairs drift by events. A
 * difference that pending events or unapplied batches explain is not drift.
 *
 * <pre>
 *   difference ──its events processed and applied──> compared again ──still different──> drift
 *              └──not in time──> unsettled
 * </pre>
 *
 * <p>A verify runs in constant memory: it reads mirrors and users' totals as streams in the order of their ids, and the
 * global totals in ranges of one period. The schedule queues one once a day, after each activation and after each
 * repair.
 */
@NullMarked
package dev.studybuddy.api.operations.verify;

import org.jspecify.annotations.NullMarked;
