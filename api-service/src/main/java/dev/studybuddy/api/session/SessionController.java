package dev.studybuddy.api.session;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.consistency.WriteReceipts;
import dev.studybuddy.api.http.ETags;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.PageCursor;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.http.ReplyRenderer;
import dev.studybuddy.api.idempotency.IdempotentPost;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
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
    private final WriteReceipts receipts;
    private final ReplyRenderer renderer;

    SessionController(Sessions sessions, WriteReceipts receipts, ReplyRenderer renderer) {
        this.sessions = sessions;
        this.receipts = receipts;
        this.renderer = renderer;
    }

    @Operation(summary = "Records a study session")
    @RequestBody(content = @Content(schema = @Schema(implementation = SessionFields.NewSession.class)))
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = SessionState.class)))
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> create(Caller caller, JsonBody body, IdempotentPost post) {
        SessionFields.Values requested = SessionFields.parse(body, sessions.now());
        UUID id = UUID.randomUUID();
        return post.inTransaction(() -> {
            SessionState session = sessions.create(caller, id, requested);
            return receipts.of(caller, HttpStatus.CREATED, AggregateType.SESSION, session, session)
                    .location("/api/sessions/" + session.id());
        });
    }

    @Operation(summary = "Lists the caller's study sessions, newest first")
    @GetMapping
    Page<SessionState> list(
            Caller caller,
            @Parameter(schema = @Schema(type = "integer", minimum = "1", maximum = "200"))
                    @RequestParam(required = false)
                    @Nullable
                    String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        QueryParameters parameters = new QueryParameters();
        PageCursor after = parameters.cursor("cursor", cursor);
        int maxItems = parameters.integer("limit", limit, 50, 1, 200);
        parameters.finish();
        return sessions.list(caller, after, maxItems);
    }

    @Operation(summary = "Returns a study session of the caller")
    @GetMapping("/{id}")
    ResponseEntity<SessionState> get(Caller caller, @PathVariable UUID id) {
        SessionState session = sessions.find(caller, id).orElseThrow(SessionController::notFound);
        return ResponseEntity.ok().eTag(ETags.of(session.version())).body(session);
    }

    @Operation(summary = "Deletes a study session of the caller")
    @ApiResponse(responseCode = "204")
    @DeleteMapping("/{id}")
    ResponseEntity<byte[]> delete(
            Caller caller,
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        DeletedState deleted = sessions.delete(caller, id, ifMatch).orElseThrow(SessionController::notFound);
        return renderer.render(receipts.of(caller, HttpStatus.NO_CONTENT, AggregateType.SESSION, deleted, null));
    }

    private static ProblemException notFound() {
        return Problem.notFound("session").exception();
    }
}
