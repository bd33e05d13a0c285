package dev.studybuddy.publisher.outbox;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * Holds the settings for the rows of acknowledged events.
 *
 * @param action The publisher marks the row of an acknowledged event as processed ({@code mark}) or deletes it
 *     ({@code delete}). A deletion is less work for the database and keeps the table small. A mark keeps the row and
 *     its Kafka position in the table until the retention deletes it.
 * @param lockTimeout A statement that marks or deletes rows waits at most this long for a row that another transaction
 *     has locked. A longer time delays the marks of other rows while a row is locked.
 */
public record AcknowledgementSettings(
        @NotNull Action action, @NotNull Duration lockTimeout) {

    /** An action states what the publisher does with the row of an acknowledged event. */
    public enum Action {
        /** The row is marked as processed. */
        MARK,
        /** The row is deleted. */
        DELETE
    }
}
