/** Answers for consistency tokens: what a write hands out, so that a read can ask to see that write. */
@NullMarked
package dev.studybuddy.api.consistency;

import org.jspecify.annotations.NullMarked;
