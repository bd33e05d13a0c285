/** Answers for how hard each subject is, for a user or for everyone. */
@NullMarked
package dev.studybuddy.api.subjects;

import org.jspecify.annotations.NullMarked;
