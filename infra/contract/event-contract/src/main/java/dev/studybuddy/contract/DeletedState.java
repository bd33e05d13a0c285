package dev.studybuddy.contract;

import java.util.Objects;
import tools.jackson.databind.JsonNode;

/**
 * A deleted state is the last state of a deleted aggregate.
 *
 * @param userId the id of the user who owned the aggregate; for a user, the user's own id
 * @param deleted always true
 */
public record DeletedState(String id, String userId, long version, boolean deleted) implements AggregateState {

    public DeletedState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(userId, "userId");
        if (!deleted) {
            throw new IllegalArgumentException("the field deleted of a deleted state must be true");
        }
    }

    public DeletedState(String id, String userId, long version) {
        this(id, userId, version, true);
    }

    /** Returns whether a value is the state of a deleted aggregate. */
    static boolean isDeleted(JsonNode value) {
        return value.path("deleted").asBoolean(false);
    }

    @Override
    public String owner() {
        return userId;
    }
}
