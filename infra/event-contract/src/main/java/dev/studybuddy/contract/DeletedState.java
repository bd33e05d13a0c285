package dev.studybuddy.contract;

/**
 * What is left of a deleted aggregate.
 *
 * @param userId its owner; a user's own id
 * @param deleted always true
 */
public record DeletedState(String id, String userId, long version, boolean deleted) implements AggregateState {

    public DeletedState {
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
