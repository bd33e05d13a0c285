/**
 * This package checks whether MongoDB equals the function of CockroachDB's state. It repairs drift by events. A
 * difference that pending events or unapplied batches explain is not drift.
 *
 * <pre>
 *   difference ──its events processed and applied──> compared again ──still different──> drift
 *              └──not in time──> unsettled
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.operations.verify;

import org.jspecify.annotations.NullMarked;
