package dev.studybuddy.api.admin;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.Audit;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.idempotency.Post;
import dev.studybuddy.api.web.Parameters;
import dev.studybuddy.api.web.Problem;
import dev.studybuddy.api.web.Reply;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
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

    private static final int MOST_LISTED = 100;
    private static final int LONGEST_WAIT_SECONDS = 60;
    private static final Duration BESIDE_THE_WAIT = Duration.ofSeconds(20);

    private final SyncTrigger trigger;
    private final OutboxRows rows;
    private final RetryingTransactions transactions;
    private final Audit audit;

    OutboxController(SyncTrigger trigger, OutboxRows rows, RetryingTransactions transactions, Audit audit) {
        this.trigger = trigger;
        this.rows = rows;
        this.transactions = transactions;
        this.audit = audit;
    }

    @Operation(summary = "Hurries the outbox, and waits until MongoDB shows what was pending")
    @PostMapping("/api/admin/sync/trigger")
    ResponseEntity<byte[]> sync(
            Caller caller, @RequestParam(required = false) @Nullable String waitSeconds, Post post) {
        Parameters parameters = new Parameters();
        int seconds = parameters.integer("waitSeconds", waitSeconds, 0, 0, LONGEST_WAIT_SECONDS);
        parameters.finish();
        return post.outside(Duration.ofSeconds(seconds).plus(BESIDE_THE_WAIT), () -> {
            SyncTrigger.Outcome outcome = trigger.trigger(Duration.ofSeconds(seconds));
            audit.note(caller, "sync.trigger", "outbox", Map.of("pendingBefore", outcome.pendingBefore()));
            return Reply.of(HttpStatus.OK, outcome);
        });
    }

    @Operation(summary = "Events that don't get on, each with why and what to do")
    @GetMapping("/api/admin/outbox/stuck")
    List<StuckEvent> stuck() {
        return Stream.concat(rows.failed(MOST_LISTED).stream(), rows.old(MOST_LISTED).stream())
                .map(StuckEvent::of)
                .limit(MOST_LISTED)
                .toList();
    }

    @Operation(summary = "Sends an event anew that failed or was given up")
    @PostMapping("/api/admin/outbox/{eventId}/retry")
    ResponseEntity<byte[]> retry(Caller caller, @PathVariable UUID eventId, Post post) {
        return post.inTransaction(() -> {
            OutboxRow row = failed(eventId);
            if (!rows.retry(row)) {
                throw notDeadLettered();
            }
            audit.note(caller, "outbox.retry", eventId.toString(), of(row));
            return Reply.of(HttpStatus.ACCEPTED, Map.of("eventId", eventId));
        });
    }

    @Operation(summary = "Discards an event that was given up")
    @DeleteMapping("/api/admin/outbox/{eventId}")
    ResponseEntity<Void> discard(Caller caller, @PathVariable UUID eventId) {
        transactions.run(() -> {
            OutboxRow row = failed(eventId);
            if (!rows.discard(row)) {
                throw notDeadLettered();
            }
            audit.note(caller, "outbox.discard", eventId.toString(), of(row));
            return row;
        });
        return ResponseEntity.noContent().build();
    }

    private OutboxRow failed(UUID eventId) {
        return rows.failed(eventId)
                .orElseThrow(() -> Problem.notFound("failed event").exception());
    }

    private static RuntimeException notDeadLettered() {
        return Problem.conflict(
                        "event-not-dead-lettered",
                        "Event not dead-lettered",
                        "The event was not given up, or is not any more.")
                .exception();
    }

    private static Map<String, ?> of(OutboxRow row) {
        return Map.of(
                "aggregate",
                row.aggregateType() + '/' + row.aggregateId(),
                "version",
                row.aggregateVersion(),
                "error",
                String.valueOf(row.lastError()));
    }
}
