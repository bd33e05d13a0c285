/** This package reports to operators and metrics what is paused. */
@NullMarked
package dev.studybuddy.api.operations.pause;

import org.jspecify.annotations.NullMarked;
