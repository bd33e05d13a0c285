/** Answers for wake-ups by UDP: best effort, the poll remains the truth. */
@NullMarked
package dev.studybuddy.publisher.wakeup;

import org.jspecify.annotations.NullMarked;
