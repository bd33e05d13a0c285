package dev.studybuddy.api.job;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A job is one row of the table {@code jobs}.
 *
 * @param subject the id or name of the object that the job is about, for example a user's id; empty if the kind needs
 *     none
 * @param settings the settings that the caller passed when it submitted the job
 * @param epoch the number of times that instances have claimed the job
 * @param cursor the position at which the next attempt continues; null before the first progress
 * @param done the number of processed items
 * @param total the expected number of items; null while it is unknown
 * @param result the fields of the answer that are specific to the kind
 * @param error the error with which the last recorded attempt ended; null if it ended without an error, or if no
 *     attempt has ended
 * @param startedAt the time of the first claim; null before it
 * @param finishedAt the time when the job reached a final state; null before it
 * @param nextAttemptAt the time until which a queued job waits for its next attempt; null if it does not wait
 */
public record Job(
        UUID id,
        String kind,
        JobState state,
        String subject,
        ObjectNode settings,
        long epoch,
        @Nullable String cursor,
        long done,
        @Nullable Long total,
        ObjectNode result,
        @Nullable String error,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant nextAttemptAt) {}
