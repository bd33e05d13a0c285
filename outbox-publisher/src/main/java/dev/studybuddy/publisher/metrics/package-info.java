/** This package publishes the metrics of the publisher. It also reports its health. */
@NullMarked
package dev.studybuddy.publisher.metrics;

import org.jspecify.annotations.NullMarked;
