/**
 * Answers for whether MongoDB equals the function of CockroachDB's state, and for putting right what doesn't: nothing
 * counts as drift that is only on its way.
 *
 * <pre>
 *   a difference ──its events processed, journals past them──> looked at again ──still there──> drift
 *                └──not in time──> unsettled
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.verify;

import org.jspecify.annotations.NullMarked;
