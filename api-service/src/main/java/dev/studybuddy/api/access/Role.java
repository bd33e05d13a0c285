package dev.studybuddy.api.access;

import java.util.Locale;
import java.util.Optional;

/** What the {@code roles} claim may hold; other entries are ignored. */
public enum Role {
    /** Sees and changes what is theirs. */
    USER,
    /** Operates the system, and looks after users. */
    ADMIN;

    /** As in the claim: lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Role> ofCode(String code) {
        for (Role role : values()) {
            if (role.code().equals(code)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
