/**
 * Answers for what stands in MongoDB: the names and shapes that the projector writes and the API reads, and what a state
 * contributes to the sums.
 */
@NullMarked
package dev.studybuddy.readmodel;

import org.jspecify.annotations.NullMarked;
