package dev.studybuddy.api.session;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.consistency.WriteAnswers;
import dev.studybuddy.api.http.ETags;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.user.OwnerCheck;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SessionState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/sessions", produces = MediaType.APPLICATION_JSON_VALUE)
final class SessionController {

    private final Sessions sessions;
    private final WriteAnswers answers;

    SessionController(Sessions sessions, WriteAnswers answers) {
        this.sessions = sessions;
        this.answers = answers;
    }

    @Operation(operationId = "createSession", summary = "Records a study session")
    @RequestBody(content = @Content(schema = @Schema(implementation = SessionFields.NewSession.class)))
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = SessionState.class)))
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> create(Caller caller, JsonBody body, IdempotentRequest post) {
        UUID id = UUID.randomUUID();
        return post.runInTransaction(() -> {
            // The time of completion is checked only if no answer is stored. A retry may arrive so late that the time
            // is no longer in the permitted range.
            SessionFields.Values requested = SessionFields.parse(body, sessions.now());
            SessionState session = sessions.create(caller, id, requested);
            return answers.of(caller, HttpStatus.CREATED, AggregateType.SESSION, session, session)
                    .location("/api/sessions/" + session.id());
        });
    }

    @Operation(
            operationId = "listSessions",
            summary = "Lists the caller's study sessions",
            description =
                    "All filters apply together. The filters day, from and to concern the day on which a session was"
                            + " completed; both ends are inclusive. A cursor is valid only with the sort of its page.")
    @GetMapping
    Page<SessionState> list(
            Caller caller,
            @Parameter(
                            description = "The list contains only sessions of this subject; an empty value selects"
                                    + " sessions without a subject.",
                            schema = @Schema(maxLength = 60))
                    @RequestParam(required = false)
                    @Nullable
                    String subject,
            @Parameter(schema = @Schema(allowableValues = {"pomodoro", "stopwatch", "manual"}))
                    @RequestParam(required = false)
                    @Nullable
                    String sessionType,
            @Parameter(schema = @Schema(type = "string", format = "date"), example = "2026-11-23")
                    @RequestParam(required = false)
                    @Nullable
                    String day,
            @Parameter(schema = @Schema(type = "string", format = "date"), example = "2026-11-23")
                    @RequestParam(required = false)
                    @Nullable
                    String from,
            @Parameter(schema = @Schema(type = "string", format = "date"), example = "2026-11-29")
                    @RequestParam(required = false)
                    @Nullable
                    String to,
            @Parameter(
                            description = "The value names the order; a minus sign reverses it.",
                            schema =
                                    @Schema(
                                            defaultValue = "-createdAt",
                                            allowableValues = {"createdAt", "-createdAt", "completedAt", "-completedAt"
                                            }))
                    @RequestParam(required = false)
                    @Nullable
                    String sort,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        QueryParameters parameters = new QueryParameters();
        SessionList.Filter filter = new SessionList.Filter(
                parameters.text("subject", subject, OwnerCheck.SUBJECT),
                parameters
                        .code("sessionType", sessionType, SessionFields::findType, "pomodoro, stopwatch, manual")
                        .orElse(null),
                parameters.range(day, from, to));
        SessionList.Order order = parameters.code(
                "sort", sort, SessionList.Order.NEWEST_FIRST, SessionList.Order::ofCode, SessionList.Order.CODES);
        SessionList.Query query = new SessionList.Query(
                filter, order, parameters.cursor("cursor", cursor, order.code()), parameters.pageSize(limit));
        parameters.finish();
        return sessions.list(caller, query);
    }

    @Operation(operationId = "getSession", summary = "Returns a study session of the caller")
    @GetMapping("/{id}")
    ResponseEntity<SessionState> get(Caller caller, @PathVariable UUID id) {
        SessionState session = sessions.find(caller, id)
                .orElseThrow(() -> Problem.notFound("session").toException());
        return ResponseEntity.ok().eTag(ETags.of(session.version())).body(session);
    }

    @Operation(operationId = "patchSession", summary = "Changes a study session of the caller by a JSON merge patch")
    @RequestBody(content = @Content(schema = @Schema(implementation = SessionFields.SessionPatch.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = SessionState.class)))
    @PatchMapping(
            path = "/{id}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    ResponseEntity<byte[]> patch(
            Caller caller,
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            JsonBody body,
            IdempotentRequest patch) {
        return patch.runInTransaction(
                () -> answers.ofChange(caller, AggregateType.SESSION, sessions.patch(caller, id, ifMatch, body)));
    }

    @Operation(operationId = "deleteSession", summary = "Deletes a study session of the caller")
    @ApiResponse(responseCode = "204")
    @DeleteMapping("/{id}")
    ResponseEntity<byte[]> delete(
            Caller caller,
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            IdempotentRequest delete) {
        return delete.runInTransaction(
                () -> answers.ofDeletion(caller, AggregateType.SESSION, sessions.delete(caller, id, ifMatch)));
    }
}
