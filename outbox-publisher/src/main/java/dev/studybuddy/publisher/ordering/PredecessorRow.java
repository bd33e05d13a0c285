package dev.studybuddy.publisher.ordering;

import org.jspecify.annotations.Nullable;

/**
 * This record holds a row of a requested predecessor. A predecessor has no such record if the outbox has no row of it:
 * the row was deleted after its acknowledgement, an operator discarded its event, or a restore of the database skipped
 * the version.
 *
 * @param pending the row if it is pending, or null if it is processed
 */
public record PredecessorRow(
        Predecessor predecessor, @Nullable OutboxRow pending) {}
