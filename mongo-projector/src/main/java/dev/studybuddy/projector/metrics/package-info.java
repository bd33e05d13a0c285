/** This package publishes the projector's metrics. */
@NullMarked
package dev.studybuddy.projector.metrics;

import org.jspecify.annotations.NullMarked;
