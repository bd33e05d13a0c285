package dev.studybuddy.contract;

import java.util.Objects;

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

    @Override
    public String owner() {
        return userId;
    }
}
