/** Answers for what can be seen from outside: metrics, and how late this instance's live events are. */
@NullMarked
package dev.studybuddy.projector.lag;

import org.jspecify.annotations.NullMarked;
