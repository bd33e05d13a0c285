/**
 * This package defines the read model {@code study}. It holds mirrors of users, todos and sessions, and their sums by
 * period.
 */
@NullMarked
package dev.studybuddy.projector.study;

import org.jspecify.annotations.NullMarked;
