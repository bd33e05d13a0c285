/**
 * This package defines the read model {@code subjects}. It holds mirrors of todos, and their sums by subject and
 * difficulty for each user and for all users.
 */
@NullMarked
package dev.studybuddy.projector.subjects;

import org.jspecify.annotations.NullMarked;
