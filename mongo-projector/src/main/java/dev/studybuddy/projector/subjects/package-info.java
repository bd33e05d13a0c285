/** Answers for the read model {@code subjects}: how hard each subject is, for its user and for everybody. */
@NullMarked
package dev.studybuddy.projector.subjects;

import org.jspecify.annotations.NullMarked;
