/**
 * This package keeps the record of administrative changes in the table {@code admin_audit}. Each row holds the actor,
 * the action, the target, the time and the outcome of one change.
 */
@NullMarked
package dev.studybuddy.api.audit;

import org.jspecify.annotations.NullMarked;
