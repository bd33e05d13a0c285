package dev.studybuddy.api.session;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.consistency.BulkItems;
import dev.studybuddy.api.consistency.WriteAnswers;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.session.SessionBulkChange.SessionBulkItem;
import dev.studybuddy.api.session.SessionBulkChange.SessionBulkItems;
import dev.studybuddy.api.session.SessionBulkChange.SessionBulkRequest;
import dev.studybuddy.contract.AggregateType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class SessionBulkController {

    private final Sessions sessions;
    private final WriteAnswers answers;

    SessionBulkController(Sessions sessions, WriteAnswers answers) {
        this.sessions = sessions;
        this.answers = answers;
    }

    @Operation(
            operationId = "deleteSessions",
            summary = "Deletes up to " + WriteAnswers.MAX_WRITES + " study sessions of the caller",
            description = "All deletions commit together. The answer has one item for each id, with the status that a"
                    + " request for this session alone would have received, and one consistency token for all"
                    + " deletions. A session that does not exist prevents no other deletion.")
    @RequestBody(content = @Content(schema = @Schema(implementation = SessionBulkRequest.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = SessionBulkItems.class)))
    @PostMapping(
            path = "/api/sessions/bulk",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> deleteSessions(Caller caller, JsonBody body, IdempotentRequest post) {
        SessionBulkChange change = SessionBulkChange.parse(body);
        return post.runInTransaction(() -> delete(caller, change.ids()));
    }

    private UnrenderedAnswer delete(Caller caller, List<UUID> ids) {
        BulkItems<SessionBulkItem> items = new BulkItems<>();
        for (UUID id : ids) {
            items.add(
                    sessions.delete(caller, id, null),
                    deleted -> SessionBulkItem.deleted(id, deleted),
                    () -> SessionBulkItem.notFound(id));
        }
        return answers.ofAll(
                caller, HttpStatus.OK, AggregateType.SESSION, items.written(), new SessionBulkItems(items.items()));
    }
}
