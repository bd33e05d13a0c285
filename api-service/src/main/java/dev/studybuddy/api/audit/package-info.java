/**
 * This package records administrative changes and reads of personal data in the table {@code admin_audit}. Each row
 * holds the actor, the action, the target and the time of one change or read, and details such as the outcome of a
 * change.
 */
@NullMarked
package dev.studybuddy.api.audit;

import org.jspecify.annotations.NullMarked;
