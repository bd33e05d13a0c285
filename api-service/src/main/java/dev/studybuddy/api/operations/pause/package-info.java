/** This package reports the pauses of types and of read models to operators and metrics. */
@NullMarked
package dev.studybuddy.api.operations.pause;

import org.jspecify.annotations.NullMarked;
