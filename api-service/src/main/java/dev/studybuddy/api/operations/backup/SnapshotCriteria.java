package dev.studybuddy.api.operations.backup;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * These criteria select the aggregates whose snapshots a job emits. A null component matches every aggregate.
 *
 * @param type the type of the aggregates
 * @param user the id of the user who owns them; a user owns itself
 * @param changedFrom the earliest time of their last change
 * @param changedTo the time before which they were last changed
 */
record SnapshotCriteria(
        @Nullable AggregateType type,
        @Nullable UUID user,
        @Nullable Instant changedFrom,
        @Nullable Instant changedTo) {

    /** Creates the criteria that the settings of a job describe. */
    static SnapshotCriteria of(ObjectNode settings) {
        String type = settings.path("type").asString("");
        String user = settings.path("user").asString("");
        return new SnapshotCriteria(
                type.isEmpty() ? null : AggregateType.ofCode(type).orElseThrow(),
                user.isEmpty() ? null : UUID.fromString(user),
                instant(settings, "changedFrom"),
                instant(settings, "changedTo"));
    }

    private static @Nullable Instant instant(ObjectNode settings, String field) {
        String text = settings.path(field).asString("");
        return text.isEmpty() ? null : Instant.parse(text);
    }

    /** Returns the settings of a job that describe these criteria. */
    Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        if (type != null) {
            settings.put("type", type.code());
        }
        if (user != null) {
            settings.put("user", user.toString());
        }
        if (changedFrom != null) {
            settings.put("changedFrom", changedFrom.toString());
        }
        if (changedTo != null) {
            settings.put("changedTo", changedTo.toString());
        }
        return settings;
    }

    boolean isEmpty() {
        return settings().isEmpty();
    }

    /** Returns whether aggregates of a type may match. */
    boolean includes(AggregateType candidate) {
        return type == null || type == candidate;
    }

    /** Returns whether the time of the last change matches. */
    boolean includes(AggregateState state) {
        Instant changedAt = switch (state) {
            case UserState found -> found.updatedAt();
            case TodoState found -> found.updatedAt();
            case SessionState found -> found.updatedAt();
            case DeletedState deleted ->
                throw new IllegalArgumentException("a deleted aggregate has no snapshot: " + deleted.id());
        };
        return (changedFrom == null || !changedAt.isBefore(changedFrom))
                && (changedTo == null || changedAt.isBefore(changedTo));
    }
}
