package dev.studybuddy.contract;

import java.util.Objects;
import tools.jackson.databind.JsonNode;

/**
 * What is left of a deleted aggregate.
 *
 * @param userId its owner; a user's own id
 * @param deleted always true
 */
public record DeletedState(String id, String userId, long version, boolean deleted) implements AggregateState {

    public DeletedState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(userId, "userId");
        if (!deleted) {
            throw new IllegalArgumentException("a deleted state says deleted: true");
        }
    }

    public DeletedState(String id, String userId, long version) {
        this(id, userId, version, true);
    }

    /** Whether a value is what is left of a deleted aggregate. */
    static boolean is(JsonNode value) {
        return value.path("deleted").asBoolean(false);
    }

    @Override
    public String owner() {
        return userId;
    }
}
