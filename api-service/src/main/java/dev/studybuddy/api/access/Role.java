package dev.studybuddy.api.access;

import dev.studybuddy.api.web.Problem;
import dev.studybuddy.api.web.ProblemException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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

    /**
     * Reads roles from a request.
     *
     * @throws ProblemException 400 where one is unknown
     */
    public static Set<Role> ofCodes(Collection<String> codes) {
        return codes.stream()
                .map(code -> ofCode(code)
                        .orElseThrow(() -> Problem.invalid("roles", "must be user or admin")
                                .exception()))
                .collect(Collectors.toUnmodifiableSet());
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
