/**
 * This package defines the contents of the read models in MongoDB. It holds the names and shapes of the documents that
 * the projector writes and the API reads, and the contribution of each state to the sums.
 */
@NullMarked
package dev.studybuddy.readmodel;

import org.jspecify.annotations.NullMarked;
