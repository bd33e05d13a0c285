package dev.studybuddy.publisher.ordering;

import org.jspecify.annotations.Nullable;

/**
 * This record holds a row of a requested predecessor. A predecessor without rows was deleted after
 * its acknowledgement.
 *
 * @param pending the row if it is pending, or null if it is processed
 */
public record PredecessorRow(
        Predecessor predecessor, @Nullable OutboxRow pending) {}
