/** Answers for records that can't be projected: each is kept whole, once, with its reason, and copied to its dead-letter topic. */
@NullMarked
package dev.studybuddy.projector.deadletter;

import org.jspecify.annotations.NullMarked;
