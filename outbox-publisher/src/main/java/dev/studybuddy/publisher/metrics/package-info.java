/** Answers for what can be seen of the publisher: metrics and health. */
@NullMarked
package dev.studybuddy.publisher.metrics;

import org.jspecify.annotations.NullMarked;
