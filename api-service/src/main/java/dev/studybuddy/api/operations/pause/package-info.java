/** This package reports the pauses of publishing and projecting to operators and metrics. */
@NullMarked
package dev.studybuddy.api.operations.pause;

import org.jspecify.annotations.NullMarked;
