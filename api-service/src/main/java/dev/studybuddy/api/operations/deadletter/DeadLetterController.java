package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.audit.ReadAudit;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.http.TextRule;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.kafka.TopicProperties;
import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.readmodel.DeadLetter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/admin/dead-letters")
final class DeadLetterController {

    private static final String REPLAY = "dead-letter.replay";
    private static final String DISCARD = "dead-letter.discard";
    private static final String ID = "The value is the id of the dead letter in the list.";
    private static final int MAX_LENGTH = 2000;
    private static final TextRule FILTER = TextRule.length(1, MAX_LENGTH);

    private final DeadLetters deadLetters;
    private final DeadLetterPages pages;
    private final AdminAuditLog auditLog;
    private final ReadAudit readAudit;
    private final TopicProperties properties;

    DeadLetterController(
            DeadLetters deadLetters,
            DeadLetterPages pages,
            AdminAuditLog auditLog,
            ReadAudit readAudit,
            TopicProperties properties) {
        this.deadLetters = deadLetters;
        this.pages = pages;
        this.auditLog = auditLog;
        this.readAudit = readAudit;
        this.properties = properties;
    }

    @Operation(
            operationId = "listDeadLetters",
            summary = "Lists dead letters",
            description = "For the role operator-read, the payloads are masked. A read by an admin leaves an audit row."
                    + " A page whose filters match few of many dead letters, or whose dead letters are large,"
                    + " may have fewer items than its limit, although further pages follow.")
    @GetMapping
    Page<DeadLetterView> list(
            Caller caller,
            @Parameter(
                            description = "The list contains only dead letters that this service recorded.",
                            schema = @Schema(allowableValues = {DeadLetterView.PUBLISHER, DeadLetterView.PROJECTOR}))
                    @RequestParam(required = false)
                    @Nullable
                    String source,
            @Parameter(
                            description = "The list contains only dead letters of this topic.",
                            schema = @Schema(maxLength = MAX_LENGTH),
                            example = "studybuddy.todo.v1")
                    @RequestParam(required = false)
                    @Nullable
                    String topic,
            @Parameter(
                            description = "The list contains only dead letters in this state.",
                            schema = @Schema(allowableValues = {"open", "replayed", "discarded"}))
                    @RequestParam(required = false)
                    @Nullable
                    String state,
            @Parameter(
                            description = "The list contains only dead letters with exactly this reason.",
                            schema = @Schema(maxLength = MAX_LENGTH),
                            example = "schema-newer")
                    @RequestParam(required = false)
                    @Nullable
                    String reason,
            @Parameter(
                            description = "The list contains only dead letters of the group with this cause.",
                            schema = @Schema(maxLength = MAX_LENGTH),
                            example = "schema-newer")
                    @RequestParam(required = false)
                    @Nullable
                    String cause,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        QueryParameters parameters = new QueryParameters();
        String fromSource = parameters.code(
                "source",
                source,
                "",
                DeadLetterController::parseSource,
                DeadLetterView.PUBLISHER + ", " + DeadLetterView.PROJECTOR);
        String inState =
                parameters.code("state", state, "", DeadLetterController::parseState, "open, replayed, discarded");
        int size = parameters.pageSize(limit);
        DeadLetterCriteria criteria = new DeadLetterCriteria(
                parameters.text("topic", emptyToNull(topic), FILTER),
                emptyToNull(inState),
                parameters.text("reason", emptyToNull(reason), FILTER),
                null,
                parameters.text("cause", emptyToNull(cause), FILTER));
        parameters.finish();
        return maskOrRecord(caller, pages.read(criteria, fromSource, DeadLetterCursor.parse(cursor), size));
    }

    /** Masks the payloads of a page for a caller who may not read them, and records the read of any other caller. */
    private Page<DeadLetterView> maskOrRecord(Caller caller, Page<DeadLetterView> page) {
        if (!caller.mayReadPayloads()) {
            return new Page<>(page.items().stream().map(DeadLetterView::masked).toList(), page.nextCursor());
        }
        readAudit.recordPayloads(
                caller, page.items().stream().map(DeadLetterView::id).toList());
        return page;
    }

    @Operation(
            operationId = "getDeadLetter",
            summary = "Returns a dead letter with all its details",
            description = "For the role operator-read, the payload is masked. A read by an admin leaves an audit row.")
    @GetMapping("/{id}")
    DeadLetterView.DeadLetterDetails details(
            Caller caller,
            @Parameter(description = ID, example = "3f2504e0-4f89-41d3-9a0c-0305e82c3301") @PathVariable String id) {
        Optional<OutboxEvent> row = deadLetters.findRow(id);
        DeadLetterView.DeadLetterDetails details = row.map(
                        found -> DeadLetterView.details(found, properties.topicPrefix()))
                .orElseGet(() -> DeadLetterView.details(requireDocument(id)));
        if (!caller.mayReadPayloads()) {
            return details.masked();
        }
        readAudit.recordPayloads(caller, List.of(id));
        return details;
    }

    /** This record documents the answer that names a replayed dead letter. */
    record ReplayedDeadLetter(String id, String state) {}

    @Operation(operationId = "replayDeadLetter", summary = "Replays a dead letter")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ReplayedDeadLetter.class)))
    @PostMapping("/{id}/replay")
    ResponseEntity<byte[]> replay(
            Caller caller,
            @Parameter(description = ID, example = "3f2504e0-4f89-41d3-9a0c-0305e82c3301") @PathVariable String id,
            IdempotentRequest post) {
        if (deadLetters.findRow(id).isPresent()) {
            return post.runInTransaction(() -> {
                OutboxEvent row = requireRow(id);
                if (row.isErased()) {
                    throw DeadLetterProblems.erased();
                }
                changeRow(caller, REPLAY, id, () -> deadLetters.replay(row));
                return replayed(id);
            });
        }
        // If the first attempt of a repeated request replayed the row, the row is no longer dead-lettered. The service
        // then returns the stored answer of that attempt.
        return post.runOutsideTransaction(() -> {
            DeadLetter document = requireDocument(id);
            if (document.isValueOmitted()) {
                throw DeadLetterProblems.valueOmitted(document);
            }
            changeDocument(caller, REPLAY, document, deadLetters::replay);
            return replayed(id);
        });
    }

    private static UnrenderedAnswer replayed(String id) {
        return UnrenderedAnswer.of(
                HttpStatus.OK, Map.of("id", id, "state", DeadLetter.code(DeadLetter.State.REPLAYED)));
    }

    /**
     * Changes a row in the caller's transaction, which also stores the answer. If the outcome of its commit is unknown,
     * a repeated request therefore gets the stored answer or makes the change.
     */
    private void changeRow(Caller caller, String action, String id, BooleanSupplier change) {
        if (!change.getAsBoolean()) {
            throw DeadLetterProblems.notOpen();
        }
        auditLog.record(caller, action, id, Map.of());
    }

    /**
     * Changes a dead letter in MongoDB, which no SQL transaction covers. The audit row is therefore committed before
     * the change.
     */
    private void changeDocument(Caller caller, String action, DeadLetter deadLetter, Predicate<DeadLetter> change) {
        if (deadLetter.state() != DeadLetter.State.OPEN) {
            throw DeadLetterProblems.notOpen();
        }
        auditLog.runRecorded(caller, action, deadLetter.id(), () -> {
            try {
                if (!change.test(deadLetter)) {
                    throw DeadLetterProblems.notOpen();
                }
                return deadLetter;
            } catch (KafkaException failed) {
                String refusal = ReplayRefusal.of(failed);
                throw refusal == null ? failed : DeadLetterProblems.rejected(refusal);
            }
        });
    }

    @Operation(operationId = "discardDeadLetter", summary = "Discards a dead letter")
    @ApiResponse(responseCode = "204")
    @DeleteMapping("/{id}")
    ResponseEntity<byte[]> discard(
            Caller caller,
            @Parameter(description = ID, example = "3f2504e0-4f89-41d3-9a0c-0305e82c3301") @PathVariable String id,
            IdempotentRequest request) {
        if (deadLetters.findRow(id).isPresent()) {
            return request.runInTransaction(() -> {
                OutboxEvent row = requireRow(id);
                changeRow(caller, DISCARD, id, () -> deadLetters.discard(row));
                return UnrenderedAnswer.of(HttpStatus.NO_CONTENT, null);
            });
        }
        // If the first attempt of a repeated request discarded the row, the row no longer exists. The service then
        // returns the stored answer of that attempt.
        return request.runOutsideTransaction(() -> {
            changeDocument(caller, DISCARD, requireDocument(id), deadLetters::discard);
            return UnrenderedAnswer.of(HttpStatus.NO_CONTENT, null);
        });
    }

    private OutboxEvent requireRow(String id) {
        return deadLetters
                .findRow(id)
                .orElseThrow(() -> Problem.notFound("dead letter").toException());
    }

    private DeadLetter requireDocument(String id) {
        return deadLetters
                .findDocument(id)
                .orElseThrow(() -> Problem.notFound("dead letter").toException());
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static Optional<String> parseSource(String text) {
        return text.equals(DeadLetterView.PUBLISHER) || text.equals(DeadLetterView.PROJECTOR)
                ? Optional.of(text)
                : Optional.empty();
    }

    private static Optional<String> parseState(String text) {
        for (DeadLetter.State state : DeadLetter.State.values()) {
            if (DeadLetter.code(state).equals(text)) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }
}
