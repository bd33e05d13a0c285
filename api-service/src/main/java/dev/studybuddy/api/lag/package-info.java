/** Answers for how far each stage is behind: the outbox, the consumer groups, and MongoDB as a whole. */
@NullMarked
package dev.studybuddy.api.lag;

import org.jspecify.annotations.NullMarked;
