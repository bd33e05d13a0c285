/**
 * This package defines the read model {@code subjects}. It shows the difficulty of each subject for its user and for
 * all users.
 */
@NullMarked
package dev.studybuddy.projector.subjects;

import org.jspecify.annotations.NullMarked;
