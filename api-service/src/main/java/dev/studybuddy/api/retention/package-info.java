/** This package defines how long the rows of a table are kept. */
@NullMarked
package dev.studybuddy.api.retention;

import org.jspecify.annotations.NullMarked;
