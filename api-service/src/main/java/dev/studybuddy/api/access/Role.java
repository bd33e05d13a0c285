package dev.studybuddy.api.access;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Lists the roles that a token may contain. The service ignores all other roles in a token. */
public enum Role {
    /** A user reads and changes their own data. */
    USER,
    /** An admin operates the system and manages users. */
    ADMIN,
    /**
     * An operator with this role reads the state of the system, without the payloads of events, and changes nothing.
     */
    OPERATOR_READ;

    /** Returns the lower-case name that the claim uses, for example {@code operator-read}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Parses the roles of a request.
     *
     * @throws ProblemException 400 if a code is not the code of a role
     */
    public static Set<Role> ofCodes(Collection<String> codes) {
        return codes.stream()
                .map(code -> ofCode(code)
                        .orElseThrow(() -> Problem.invalid("roles", "must contain only user, admin and operator-read")
                                .toException()))
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
