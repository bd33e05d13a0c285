package dev.studybuddy.api.user;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.access.Role;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.consistency.WriteReceipts;
import dev.studybuddy.api.http.ETags;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.http.ReplyRenderer;
import dev.studybuddy.api.idempotency.IdempotentPost;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Map;
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
    private final WriteReceipts receipts;
    private final ReplyRenderer renderer;
    private final RetryingTransactions transactions;
    private final AdminAuditLog auditLog;

    UserController(
            Users users,
            WriteReceipts receipts,
            ReplyRenderer renderer,
            RetryingTransactions transactions,
            AdminAuditLog auditLog) {
        this.users = users;
        this.receipts = receipts;
        this.renderer = renderer;
        this.transactions = transactions;
        this.auditLog = auditLog;
    }

    @Operation(summary = "Creates a user: a new caller creates their own user, an admin creates any user")
    @RequestBody(content = @Content(schema = @Schema(implementation = UserFields.NewUser.class)))
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = User.class)))
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> create(Caller caller, JsonBody body, IdempotentPost post) {
        User requested = UserFields.parseNew(body, UUID.randomUUID(), users.now());
        return post.inTransaction(() -> {
            User user = users.create(withId(requested, chooseId(caller)));
            auditIfOtherUser(caller, "user.create", user.id());
            return receipts.of(caller, HttpStatus.CREATED, AggregateType.USER, user.state(), user)
                    .location("/api/users/" + user.id());
        });
    }

    @Operation(summary = "Returns the caller's user")
    @GetMapping("/me")
    ResponseEntity<User> me(Caller caller) {
        return read(caller.id());
    }

    @Operation(summary = "Returns a user: the caller's own, or for admins any user")
    @GetMapping("/{id}")
    ResponseEntity<User> get(Caller caller, @PathVariable UUID id) {
        checkAccess(caller, id);
        return read(id);
    }

    @Operation(summary = "Changes a user by a JSON merge patch: the caller's own, or for admins any user")
    @RequestBody(content = @Content(schema = @Schema(implementation = UserFields.UserPatch.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = User.class)))
    @PatchMapping(
            path = "/{id}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    ResponseEntity<byte[]> patch(
            Caller caller,
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            JsonBody body) {
        checkAccess(caller, id);
        User user = transactions.run(() -> {
            User changed = users.patch(id, ifMatch, body).orElseThrow(UserController::notFound);
            auditIfOtherUser(caller, "user.change", id);
            return changed;
        });
        return renderer.render(receipts.of(caller, HttpStatus.OK, AggregateType.USER, user.state(), user));
    }

    @Operation(summary = "Deletes a user; a job then deletes the user's todos and sessions")
    @ApiResponse(responseCode = "204")
    @DeleteMapping("/{id}")
    ResponseEntity<byte[]> delete(
            Caller caller,
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        checkAccess(caller, id);
        DeletedState deleted = transactions.run(() -> {
            DeletedState state = users.delete(id, ifMatch).orElseThrow(UserController::notFound);
            auditIfOtherUser(caller, "user.delete", id);
            return state;
        });
        return renderer.render(receipts.of(caller, HttpStatus.NO_CONTENT, AggregateType.USER, deleted, null));
    }

    private ResponseEntity<User> read(UUID id) {
        User user = users.find(id).orElseThrow(UserController::notFound);
        return ResponseEntity.ok().eTag(ETags.of(user.version())).body(user);
    }

    /**
     * Returns the id of the user to create. A caller's first call creates the caller's own user; further users are created
     * by admins only and get new ids.
     */
    private UUID chooseId(Caller caller) {
        boolean firstSignIn =
                caller.roles().contains(Role.USER) && users.find(caller.id()).isEmpty();
        if (firstSignIn) {
            return caller.id();
        }
        if (!caller.isAdmin()) {
            throw Problem.of(HttpStatus.FORBIDDEN, "forbidden", "Forbidden", "Only admins may create further users.")
                    .exception();
        }
        return UUID.randomUUID();
    }

    private static User withId(User user, UUID id) {
        return new User(
                id,
                user.email(),
                user.name(),
                user.username(),
                user.avatar(),
                user.timeZone(),
                user.showProfile(),
                user.version(),
                user.createdAt(),
                user.updatedAt());
    }

    /** Records an admin's change to another user, in the transaction of the change. */
    private void auditIfOtherUser(Caller caller, String action, UUID user) {
        if (!caller.hasId(user)) {
            auditLog.note(caller, action, "user/" + user, Map.of());
        }
    }

    private static void checkAccess(Caller caller, UUID id) {
        if (!caller.hasId(id) && !caller.isAdmin()) {
            throw notFound();
        }
    }

    private static ProblemException notFound() {
        return Problem.notFound("user").exception();
    }
}
