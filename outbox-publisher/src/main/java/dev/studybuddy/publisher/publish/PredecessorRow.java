package dev.studybuddy.publisher.publish;

import org.jspecify.annotations.Nullable;

/**
 * A row of a predecessor that was asked for; a predecessor without rows was taken by retention.
 *
 * @param pending the row, where it is pending; null where it is processed
 */
public record PredecessorRow(
        Predecessor predecessor, @Nullable OutboxRow pending) {}
