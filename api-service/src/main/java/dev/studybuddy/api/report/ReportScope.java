package dev.studybuddy.api.report;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.http.QueryParameters;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * The scope of a report is one user or all users. The query parameters {@code userId} and {@code scope} select it; the
 * default is the caller.
 */
public final class ReportScope {

    private final Optional<UUID> requestedUser;
    private final boolean allUsers;

    private ReportScope(Optional<UUID> requestedUser, boolean allUsers) {
        this.requestedUser = requestedUser;
        this.allUsers = allUsers;
    }

    /** Reads the scope from the two query parameters. The faults are collected in the parameters. */
    public static ReportScope parse(QueryParameters parameters, @Nullable String userId, @Nullable String scope) {
        Optional<UUID> requestedUser = parameters.uuid("userId", userId);
        boolean allUsers = parameters.code(
                "scope", scope, false, code -> code.equals("all") ? Optional.of(true) : Optional.empty(), "all");
        if (allUsers && requestedUser.isPresent()) {
            parameters.fault("userId", "cannot be combined with scope=all");
        }
        return new ReportScope(requestedUser, allUsers);
    }

    /**
     * Returns the user whom the report covers, or nothing if it covers all users.
     *
     * @throws ProblemException 403 if the report covers all users and the caller is not an admin, and 404 if it covers
     *     another user and the caller is not an admin
     */
    public Optional<UUID> findUser(Caller caller) {
        if (allUsers) {
            if (!caller.isAdmin()) {
                throw Problem.of(HttpStatus.FORBIDDEN, "forbidden", "Forbidden", "Only admins may use scope=all.")
                        .toException();
            }
            return Optional.empty();
        }
        UUID user = requestedUser.orElse(caller.id());
        if (!caller.hasId(user) && !caller.isAdmin()) {
            throw Problem.notFound("user").toException();
        }
        return Optional.of(user);
    }
}
