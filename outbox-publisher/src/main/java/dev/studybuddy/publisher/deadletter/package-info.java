/** Answers for what a dead letter says of itself on its topic. */
@NullMarked
package dev.studybuddy.publisher.deadletter;

import org.jspecify.annotations.NullMarked;
