package dev.studybuddy.api.access;

import java.util.Set;
import java.util.UUID;

/**
 * Identifies the caller of a request. A controller with a parameter of this type receives the caller of its request.
 *
 * @param id the user's id, which is the {@code sub} claim of the token; a user with this id need not exist
 * @param roles the caller's roles
 */
public record Caller(UUID id, Set<Role> roles) {

    public Caller {
        roles = Set.copyOf(roles);
    }

    /** Returns the id in the form that events and MongoDB documents use. */
    public String userId() {
        return id.toString();
    }

    /** Returns whether the caller has the role ADMIN. */
    public boolean isAdmin() {
        return roles.contains(Role.ADMIN);
    }

    /** Returns whether the caller may read the payloads of events, which contain the data of users. */
    public boolean mayReadPayloads() {
        return isAdmin();
    }

    /**
     * Returns whether the caller is this user. An admin may also read other users and their reports, but not the todos
     * and sessions of other users.
     */
    public boolean hasId(UUID userId) {
        return id.equals(userId);
    }
}
