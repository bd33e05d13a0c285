package dev.studybuddy.api.operations.generation;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.TextRule;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.Names;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Marks a document of a generation as broken on behalf of an operator. MongoDB may refuse a write of one document for
 * hours with a code that does not prove that the document is at fault. The projector then stops the partition of the
 * document, because it retries such a write without a limit. After the mark, a refused write of the document counts as
 * permanently refused, and the partition continues without this write.
 */
@RestController
final class BrokenDocumentController {

    private static final TextRule COLLECTION = TextRule.length(1, 200);
    private static final TextRule DOCUMENT_ID = TextRule.length(1, 1_000);
    private static final TextRule REASON = TextRule.length(1, 500);

    private final GenerationCommands commands;
    private final MongoDatabases databases;
    private final AdminAuditLog auditLog;
    private final Clock clock;

    BrokenDocumentController(
            GenerationCommands commands, MongoDatabases databases, AdminAuditLog auditLog, Clock clock) {
        this.commands = commands;
        this.databases = databases;
        this.auditLog = auditLog;
        this.clock = clock;
    }

    /** A target is the document that an operator marks as broken. */
    private record Target(String model, int generation, String collection, String documentId) {

        String id() {
            return collection + '/' + documentId;
        }
    }

    /** This record documents the body of the request. */
    record BrokenDocumentRequest(
            @Schema(example = "todos_g1") String collection,

            @Schema(example = "aaaaaaaa-0000-4000-8000-000000000001")
            String documentId,

            @Schema(minLength = 1, example = "The document is larger than the server allows.")
            String reason) {}

    /** This record documents the answer that names the broken document. */
    record BrokenDocument(String collection, String documentId) {}

    @Operation(
            operationId = "markDocumentAsBroken",
            summary = "Marks a document as broken, so that its partition continues without it")
    @RequestBody(content = @Content(schema = @Schema(implementation = BrokenDocumentRequest.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = BrokenDocument.class)))
    @PostMapping("/api/admin/projections/broken")
    ResponseEntity<byte[]> mark(Caller caller, HttpServletRequest request, IdempotentRequest post) {
        JsonBody body = JsonBody.ofOptional(request);
        String collection = body.text("collection", null, COLLECTION);
        String documentId = body.text("documentId", null, DOCUMENT_ID);
        String reason = body.text("reason", null, REASON);
        Optional<GenerationRecord> record = findOwner(collection);
        if (!collection.isEmpty() && record.isEmpty()) {
            body.fault("collection", "must belong to a generation that is active, previous or building");
        }
        body.finish();
        GenerationRecord owner = record.orElseThrow();
        Target target =
                new Target(owner.model(), generationOf(owner, collection).orElseThrow(), collection, documentId);
        return post.runOutsideTransaction(() -> {
            auditLog.runRecorded(
                    caller,
                    "projection.mark-broken",
                    target.id(),
                    () -> store(target, caller, reason),
                    any -> Map.of("reason", reason));
            return UnrenderedAnswer.of(HttpStatus.OK, Map.of("collection", collection, "documentId", documentId));
        });
    }

    private boolean store(Target target, Caller caller, String reason) {
        databases
                .requests()
                .getCollection(Names.BROKEN)
                .updateOne(
                        Filters.eq("_id", target.id()),
                        Updates.combine(
                                Updates.setOnInsert("model", target.model()),
                                Updates.setOnInsert("generation", target.generation()),
                                Updates.setOnInsert("collection", target.collection()),
                                Updates.setOnInsert("documentId", target.documentId()),
                                Updates.setOnInsert("message", reason),
                                Updates.setOnInsert("markedBy", caller.userId()),
                                Updates.setOnInsert("markedAt", Date.from(clock.instant()))),
                        new UpdateOptions().upsert(true));
        return true;
    }

    private Optional<GenerationRecord> findOwner(String collection) {
        return commands.readAllRecords().stream()
                .filter(record -> generationOf(record, collection).isPresent())
                .findFirst();
    }

    /** Returns the listed generation to which the collection belongs. */
    private static Optional<Integer> generationOf(GenerationRecord record, String collection) {
        return record.generations().keySet().stream()
                .filter(record::lists)
                .filter(number -> collection.equals(Names.rollups(record.model()) + Names.suffix(number))
                        || record.readsOf(number).stream()
                                .anyMatch(type ->
                                        collection.equals(Names.mirrors(record.model(), type) + Names.suffix(number))))
                .findFirst();
    }
}
