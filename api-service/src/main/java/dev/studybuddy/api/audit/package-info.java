/** This package keeps the record of administrative changes: the actor, the action, the target and the time of each. */
@NullMarked
package dev.studybuddy.api.audit;

import org.jspecify.annotations.NullMarked;
