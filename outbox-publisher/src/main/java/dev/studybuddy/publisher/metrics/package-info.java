/** This package measures the publisher for its metrics. It also reports its health. */
@NullMarked
package dev.studybuddy.publisher.metrics;

import org.jspecify.annotations.NullMarked;
