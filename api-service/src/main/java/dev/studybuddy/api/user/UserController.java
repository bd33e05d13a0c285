package dev.studybuddy.api.user;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.access.CallerEmail;
import dev.studybuddy.api.access.Role;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.audit.ReadAudit;
import dev.studybuddy.api.consistency.WriteAnswers;
import dev.studybuddy.api.http.ETags;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.contract.AggregateType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/users", produces = MediaType.APPLICATION_JSON_VALUE)
final class UserController {

    private final Users users;
    private final WriteAnswers answers;
    private final CallerEmail emails;
    private final AdminAuditLog auditLog;
    private final ReadAudit readAudit;

    UserController(Users users, WriteAnswers answers, CallerEmail emails, AdminAuditLog auditLog, ReadAudit readAudit) {
        this.users = users;
        this.answers = answers;
        this.emails = emails;
        this.auditLog = auditLog;
        this.readAudit = readAudit;
    }

    @Operation(
            operationId = "createUser",
            summary = "Creates a user: a new caller creates their own user, an admin creates any user")
    @RequestBody(content = @Content(schema = @Schema(implementation = UserFields.NewUser.class)))
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = User.class)))
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> create(Caller caller, JsonBody body, IdempotentRequest post) {
        return post.runInTransaction(() -> {
            UUID id = chooseId(caller, UserFields.parseId(body));
            EmailRule rule = caller.hasId(id) ? EmailRule.ofOwnUser(emails) : EmailRule.ANY;
            User user = users.create(UserFields.parseNew(body, id, rule, users.now()));
            auditIfOtherUser(caller, "user.create", user.id());
            return answers.of(caller, HttpStatus.CREATED, AggregateType.USER, user.state(), user)
                    .location("/api/users/" + user.id());
        });
    }

    @Operation(operationId = "getOwnUser", summary = "Returns the caller's user")
    @GetMapping("/me")
    ResponseEntity<User> me(Caller caller) {
        return read(caller.id());
    }

    @Operation(operationId = "getUser", summary = "Returns a user: the caller's own, or for admins any user")
    @GetMapping("/{id}")
    ResponseEntity<User> get(Caller caller, @PathVariable UUID id) {
        checkAccess(caller, id);
        ResponseEntity<User> found = read(id);
        readAudit.recordUserData(caller, "user.read", id);
        return found;
    }

    @Operation(operationId = "patchOwnUser", summary = "Changes the caller's user by a JSON merge patch")
    @RequestBody(content = @Content(schema = @Schema(implementation = UserFields.UserPatch.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = User.class)))
    @PatchMapping(
            path = "/me",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    ResponseEntity<byte[]> patchMe(
            Caller caller,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            JsonBody body,
            IdempotentRequest patch) {
        return patch(caller, caller.id(), ifMatch, body, patch);
    }

    @Operation(
            operationId = "patchUser",
            summary = "Changes a user by a JSON merge patch: the caller's own, or for admins any user")
    @RequestBody(content = @Content(schema = @Schema(implementation = UserFields.UserPatch.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = User.class)))
    @PatchMapping(
            path = "/{id}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    ResponseEntity<byte[]> patch(
            Caller caller,
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            JsonBody body,
            IdempotentRequest patch) {
        checkAccess(caller, id);
        EmailRule rule = caller.hasId(id) ? EmailRule.ofOwnUser(emails) : EmailRule.ANY;
        return patch.runInTransaction(() -> {
            Optional<User> before = caller.hasId(id) ? Optional.empty() : users.find(id);
            User user = users.patch(id, ifMatch, body, rule).orElseThrow(UserController::notFound);
            before.ifPresent(present -> auditLog.record(
                    caller,
                    "user.change",
                    target(id),
                    Map.of("version", user.version(), "fields", UserFields.namesOfChanged(present, user))));
            return answers.of(caller, HttpStatus.OK, AggregateType.USER, user.state(), user);
        });
    }

    @Operation(
            operationId = "deleteOwnUser",
            summary = "Deletes the caller's user; a job then deletes the user's todos and sessions")
    @ApiResponse(responseCode = "204")
    @DeleteMapping("/me")
    ResponseEntity<byte[]> deleteMe(
            Caller caller,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            IdempotentRequest delete) {
        return delete(caller, caller.id(), ifMatch, delete);
    }

    @Operation(operationId = "deleteUser", summary = "Deletes a user; a job then deletes the user's todos and sessions")
    @ApiResponse(responseCode = "204")
    @DeleteMapping("/{id}")
    ResponseEntity<byte[]> delete(
            Caller caller,
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            IdempotentRequest delete) {
        checkAccess(caller, id);
        return delete.runInTransaction(() -> {
            UnrenderedAnswer answer = answers.ofDeletion(caller, AggregateType.USER, users.delete(id, ifMatch));
            auditIfOtherUser(caller, "user.delete", id);
            return answer;
        });
    }

    private ResponseEntity<User> read(UUID id) {
        User user = users.find(id).orElseThrow(UserController::notFound);
        return ResponseEntity.ok().eTag(ETags.of(user.version())).body(user);
    }

    /**
     * Returns the id of the user to create. A caller's first call creates the caller's own user, unless it names
     * another id. Only admins create further users.
     *
     * @param requested the id that the request names; null if it names none
     */
    private UUID chooseId(Caller caller, @Nullable UUID requested) {
        boolean firstSignIn = (requested == null || caller.hasId(requested))
                && caller.roles().contains(Role.USER)
                && users.find(caller.id()).isEmpty();
        if (firstSignIn) {
            return caller.id();
        }
        if (!caller.isAdmin()) {
            throw Problem.of(HttpStatus.FORBIDDEN, "forbidden", "Forbidden", "Only admins may create further users.")
                    .toException();
        }
        return requested == null ? UUID.randomUUID() : requested;
    }

    /** Records an admin's change to another user, in the transaction of the change. */
    private void auditIfOtherUser(Caller caller, String action, UUID user) {
        if (!caller.hasId(user)) {
            auditLog.record(caller, action, target(user), Map.of());
        }
    }

    private static String target(UUID user) {
        return "user/" + user;
    }

    private static void checkAccess(Caller caller, UUID id) {
        if (!caller.hasId(id) && !caller.isAdmin()) {
            throw notFound();
        }
    }

    private static ProblemException notFound() {
        return Problem.notFound("user").toException();
    }
}
