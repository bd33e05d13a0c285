package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.api.outbox.OutboxTable;
import dev.studybuddy.api.outbox.StuckRowTable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class OutboxController {

    private static final int MAX_WAIT_SECONDS = 60;
    private static final int DEFAULT_LIMIT = 100;

    /** The statements before and after the wait take at most this long. */
    private static final Duration MAX_TIME_BESIDES_WAIT = Duration.ofSeconds(20);

    private final SyncTrigger trigger;
    private final OutboxTable outbox;
    private final StuckOrDeadLetteredEvents stuckOrDeadLetteredEvents;
    private final AdminAuditLog auditLog;

    OutboxController(
            SyncTrigger trigger,
            OutboxTable outbox,
            StuckOrDeadLetteredEvents stuckOrDeadLetteredEvents,
            AdminAuditLog auditLog) {
        this.trigger = trigger;
        this.outbox = outbox;
        this.stuckOrDeadLetteredEvents = stuckOrDeadLetteredEvents;
        this.auditLog = auditLog;
    }

    @Operation(
            operationId = "triggerSync",
            summary = "Requests a sweep of the whole outbox and waits until MongoDB shows the events that were pending")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = SyncTrigger.Result.class)))
    @PostMapping("/api/admin/sync/trigger")
    ResponseEntity<byte[]> sync(
            Caller caller,
            @Parameter(schema = @Schema(type = "integer", minimum = "0", maximum = "60", example = "0"))
                    @RequestParam(required = false)
                    @Nullable
                    String waitSeconds,
            IdempotentRequest post) {
        QueryParameters parameters = new QueryParameters();
        int seconds = parameters.integer("waitSeconds", waitSeconds, 0, 0, MAX_WAIT_SECONDS);
        parameters.finish();
        return post.runOutsideTransaction(Duration.ofSeconds(seconds).plus(MAX_TIME_BESIDES_WAIT), () -> {
            // The audit row is written before the wait, so that it exists even if this process ends during the wait.
            SyncTrigger.Result result = auditLog.runRecorded(
                    caller,
                    "sync.trigger",
                    "outbox",
                    () -> trigger.trigger(Duration.ofSeconds(seconds)),
                    OutboxController::triggerDetail);
            return UnrenderedAnswer.of(HttpStatus.OK, result);
        });
    }

    @Operation(
            operationId = "listStuckAndDeadLetteredEvents",
            summary = "Lists stuck and dead-lettered events, each with its reason and with advice;"
                    + " a pending event of a paused type is not listed",
            description = "The list has the events that wait for their next attempt, then the other stuck events, and"
                    + " then the dead-lettered ones. Of the other stuck events, it has those that are among the "
                    + StuckRowTable.ROWS_OF_SHARD + " oldest pending events of their shard. While publishing of a type"
                    + " is paused, it has those that are among the " + StuckRowTable.ROWS_OF_SHARD
                    + " oldest pending events of types that are not paused and among the "
                    + StuckRowTable.ROWS_OF_SHARD_WITH_PAUSED + " oldest pending events of their shard. A page is an"
                    + " array, and the header " + Page.NEXT_CURSOR_HEADER + " is the cursor of the next one.")
    @ApiResponse(
            responseCode = "200",
            headers =
                    @Header(
                            name = Page.NEXT_CURSOR_HEADER,
                            description = "The value is the cursor of the next page. The last page does not have this"
                                    + " header.",
                            schema = @Schema(type = "string")))
    @GetMapping("/api/admin/outbox/stuck")
    ResponseEntity<List<StuckOrDeadLetteredEvent>> stuck(
            @Parameter(
                            schema =
                                    @Schema(
                                            type = "integer",
                                            minimum = "1",
                                            maximum = "" + Page.MAX_LIMIT,
                                            defaultValue = "" + DEFAULT_LIMIT))
                    @RequestParam(required = false)
                    @Nullable
                    String limit,
            @Parameter(description = "The value is the header " + Page.NEXT_CURSOR_HEADER + " of the previous page.")
                    @RequestParam(required = false)
                    @Nullable
                    String cursor) {
        QueryParameters parameters = new QueryParameters();
        int size = parameters.integer("limit", limit, DEFAULT_LIMIT, 1, Page.MAX_LIMIT);
        StuckCursor after = StuckCursor.parse(cursor).orElseGet(() -> {
            parameters.fault("cursor", "must be the header " + Page.NEXT_CURSOR_HEADER + " of an earlier page");
            return StuckCursor.START;
        });
        parameters.finish();
        Page<StuckOrDeadLetteredEvent> page = stuckOrDeadLetteredEvents.find(after, size);
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
        String nextCursor = page.nextCursor();
        if (nextCursor != null) {
            answer.header(Page.NEXT_CURSOR_HEADER, nextCursor);
        }
        return answer.body(page.items());
    }

    /** This record documents the answer that names an event which is published again. */
    record RetriedEvent(UUID eventId) {}

    @Operation(
            operationId = "retryEvent",
            summary = "Retries an event that is dead-lettered or waits for its next attempt")
    @ApiResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = RetriedEvent.class)))
    @PostMapping("/api/admin/outbox/{eventId}/retry")
    ResponseEntity<byte[]> retry(Caller caller, @PathVariable UUID eventId, IdempotentRequest post) {
        return post.runInTransaction(() -> {
            OutboxEvent row = requireFailedAttempt(eventId);
            if (row.isErased()) {
                throw erased();
            }
            if (!outbox.retry(row)) {
                throw notDeadLettered("Only a pending or dead-lettered event can be retried. This event is already"
                        + " published, or was discarded.");
            }
            auditLog.record(caller, "outbox.retry", eventId.toString(), auditDetail(row));
            return UnrenderedAnswer.of(HttpStatus.ACCEPTED, Map.of("eventId", eventId));
        });
    }

    @Operation(operationId = "discardEvent", summary = "Discards a dead-lettered event")
    @ApiResponse(responseCode = "204")
    @DeleteMapping("/api/admin/outbox/{eventId}")
    ResponseEntity<byte[]> discard(Caller caller, @PathVariable UUID eventId, IdempotentRequest request) {
        return request.runInTransaction(() -> {
            OutboxEvent row = requireFailedAttempt(eventId);
            if (!outbox.discard(row)) {
                throw notDeadLettered("Only a dead-lettered event can be discarded. This event is pending, is already"
                        + " published, or was discarded.");
            }
            auditLog.record(caller, "outbox.discard", eventId.toString(), auditDetail(row));
            return UnrenderedAnswer.of(HttpStatus.NO_CONTENT, null);
        });
    }

    private OutboxEvent requireFailedAttempt(UUID eventId) {
        return outbox.findWithFailedAttempt(eventId)
                .orElseThrow(
                        () -> Problem.notFound("event with a refused attempt").toException());
    }

    private static RuntimeException erased() {
        return Problem.conflict(
                        "event-erased",
                        "Event erased",
                        "The payload of this event was erased, because its aggregate was deleted. The event can only be"
                                + " discarded.")
                .toException();
    }

    private static RuntimeException notDeadLettered(String detail) {
        return Problem.conflict("event-not-dead-lettered", "Event not dead-lettered", detail)
                .toException();
    }

    private static Map<String, ?> triggerDetail(SyncTrigger.Result result) {
        return Map.of(
                "pendingBefore",
                result.pendingBefore(),
                "pendingBeforeExact",
                result.pendingBeforeExact(),
                "pendingAfter",
                result.pendingAfter(),
                "pendingAfterExact",
                result.pendingAfterExact());
    }

    private static Map<String, ?> auditDetail(OutboxEvent row) {
        return Map.of(
                "aggregate",
                row.aggregateType() + '/' + row.aggregateId(),
                "version",
                row.aggregateVersion(),
                "error",
                String.valueOf(row.lastError()));
    }
}
