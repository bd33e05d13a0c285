package dev.studybuddy.api.jobs;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A job as it stands in its table.
 *
 * @param subject what it is about, for example a user's id; empty where the kind says it all
 * @param settings what it was started with
 * @param cursor where the next instance goes on; null before the first step
 * @param total null while unknown
 * @param result the kind's own part of the answer
 * @param error why it failed, or what the last outage was; null where there was none
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
        @Nullable Instant finishedAt) {}
