package dev.studybuddy.publisher.ordering;

/**
 * This record holds a row that is in flight from now on.
 *
 * @param chained whether the row must be handed to the open producer session, because rows of its aggregate precede
 *     it there or may follow it
 */
public record Dispatch(OutboxRow row, boolean chained) {}
