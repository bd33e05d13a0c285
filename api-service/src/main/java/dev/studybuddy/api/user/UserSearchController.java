package dev.studybuddy.api.user;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.http.TextRule;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class UserSearchController {

    private static final int MAX_LENGTH = 320;
    private static final TextRule FILTER = TextRule.length(1, MAX_LENGTH);

    private final UserSearch search;
    private final AdminAuditLog auditLog;

    UserSearchController(UserSearch search, AdminAuditLog auditLog) {
        this.search = search;
        this.auditLog = auditLog;
    }

    /**
     * The audit row of a search states which filters it used and not their values, because a value may be personal data
     * of somebody who is deleted later.
     */
    @Operation(
            operationId = "listUsers",
            summary =
                    "Lists users for admins, in the order of their ids; a page may be empty although nextCursor is set")
    @GetMapping(path = "/api/admin/users", produces = MediaType.APPLICATION_JSON_VALUE)
    Page<User> list(
            Caller caller,
            @Parameter(
                            description =
                                    "The list contains only the user with this e-mail address, without regard to the"
                                            + " case of letters; a PostgreSQL server with the locale C ignores the"
                                            + " case of ASCII letters only.",
                            schema = @Schema(maxLength = MAX_LENGTH),
                            example = "anna@example.org")
                    @RequestParam(required = false)
                    @Nullable
                    String email,
            @Parameter(
                            description = "The list contains only the user with this username.",
                            schema = @Schema(maxLength = MAX_LENGTH),
                            example = "anna.b")
                    @RequestParam(required = false)
                    @Nullable
                    String username,
            @Parameter(
                            description = "The list contains only users whose name, username or e-mail address contains"
                                    + " this text, without regard to the case of letters; a PostgreSQL"
                                    + " server with the locale C ignores the case of ASCII letters only. A"
                                    + " page reads at most 20 000 users.",
                            schema = @Schema(maxLength = MAX_LENGTH),
                            example = "anna")
                    @RequestParam(required = false)
                    @Nullable
                    String text,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        if (!caller.isAdmin()) {
            throw Problem.of(HttpStatus.FORBIDDEN, "forbidden", "Forbidden", "Only admins may list users.")
                    .toException();
        }
        QueryParameters parameters = new QueryParameters();
        UserSearch.Query query = new UserSearch.Query(
                parameters.text("email", emptyToNull(email), FILTER),
                parameters.text("username", emptyToNull(username), FILTER),
                parameters.text("text", emptyToNull(text), FILTER));
        int size = parameters.pageSize(limit);
        UUID after = parameters.uuid("cursor", cursor).orElse(null);
        parameters.finish();
        UserSearch.Result result = search.find(query, after, size);
        auditLog.record(
                caller,
                "user.search",
                "users",
                Map.of(
                        "byEmail", query.email() != null,
                        "byUsername", query.username() != null,
                        "byText", query.text() != null,
                        "found", result.users().size()));
        return new Page<>(
                result.users(), result.next() == null ? null : result.next().toString());
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
