/** Answers for putting the publisher together: its settings, its start, its stop. */
@NullMarked
package dev.studybuddy.publisher;

import org.jspecify.annotations.NullMarked;
