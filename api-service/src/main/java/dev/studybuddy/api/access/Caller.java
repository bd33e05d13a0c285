package dev.studybuddy.api.access;

import java.util.Set;
import java.util.UUID;

/**
 * Who calls. A controller that takes one as a parameter gets the caller of its request.
 *
 * @param id the user's id, the token's {@code sub}; a user with it need not exist
 */
public record Caller(UUID id, Set<Role> roles) {

    public Caller {
        roles = Set.copyOf(roles);
    }

    /** The id as it stands in events and in MongoDB. */
    public String userId() {
        return id.toString();
    }

    public boolean admin() {
        return roles.contains(Role.ADMIN);
    }

    /** A caller sees their own data; admins don't see more, but for users. */
    public boolean is(UUID userId) {
        return id.equals(userId);
    }
}
