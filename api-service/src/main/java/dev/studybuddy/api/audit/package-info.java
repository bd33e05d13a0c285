/**
 * This package records administrative changes and reads of personal data in the table {@code admin_audit}. Each row
 * holds the actor, the action, the target, the time and the outcome of one change or read.
 */
@NullMarked
package dev.studybuddy.api.audit;

import org.jspecify.annotations.NullMarked;
