/** Answers for the whole: the programs started as their users start them, broken, and compared with the source of truth. */
@NullMarked
package dev.studybuddy.e2e;

import org.jspecify.annotations.NullMarked;
