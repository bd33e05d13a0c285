package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.TextRule;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.readmodel.DeadLetter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves groups of dead letters, and starts jobs that replay or discard a group. */
@RestController
@RequestMapping(path = "/api/admin/dead-letters", produces = MediaType.APPLICATION_JSON_VALUE)
final class DeadLetterJobController {

    private static final int DEFAULT_PER_SECOND = 100;
    private static final int MAX_PER_SECOND = 10_000;
    private static final int MAX_LENGTH = 2000;
    private static final TextRule FILTER = TextRule.length(1, MAX_LENGTH);
    private static final String EXACT =
            "If this is false, matched is a lower bound, because the count stopped at its limit or after a second.";

    private final DeadLetters deadLetters;
    private final Jobs jobs;
    private final AdminAuditLog auditLog;
    private final Clock clock;

    DeadLetterJobController(DeadLetters deadLetters, Jobs jobs, AdminAuditLog auditLog, Clock clock) {
        this.deadLetters = deadLetters;
        this.jobs = jobs;
        this.auditLog = auditLog;
        this.clock = clock;
    }

    /**
     * This record describes the body of a request that acts on many dead letters. An absent field matches every dead
     * letter.
     *
     * @param cause the cause of a group, as the list of groups has it
     * @param dryRun whether the call only counts the dead letters; the default is false
     * @param perSecond the largest number of dead letters per second; the default is 100
     */
    @Schema(name = "DeadLetterSelection")
    record Selection(
            @Schema(allowableValues = {"publisher", "projector"}) @Nullable
            String source,

            @Schema(maxLength = MAX_LENGTH, example = "studybuddy.todo.v1") @Nullable
            String topic,

            @Schema(maxLength = MAX_LENGTH, example = "schema-newer") @Nullable
            String reason,

            @Schema(maxLength = MAX_LENGTH, example = "schema-newer") @Nullable
            String cause,

            @Schema(maxLength = MAX_LENGTH) @Nullable String key,
            @Nullable Boolean dryRun,

            @Schema(minimum = "1", maximum = "10000") @Nullable
            Integer perSecond) {}

    /**
     * This record documents the answer to a request that only counts.
     *
     * @param matched the number of dead letters that match now, at most 20 000
     * @param matchedExact whether {@code matched} is exact; otherwise it is a lower bound
     */
    record DeadLetterCount(
            long matched, @Schema(description = EXACT) boolean matchedExact, boolean dryRun) {}

    /**
     * This record documents the answer that names the job.
     *
     * @param matched the number of dead letters that match now, at most 20 000
     * @param matchedExact whether {@code matched} is exact; otherwise it is a lower bound, and the job still replays
     *     or discards every dead letter that matches
     */
    record StartedJob(
            UUID jobId,
            long matched,
            @Schema(description = EXACT) boolean matchedExact) {}

    /** This record contains the groups of open dead letters. */
    @Schema(name = "DeadLetterGroups")
    record Groups(List<DeadLetterGroup> items) {}

    @Operation(
            operationId = "listDeadLetterGroups",
            summary = "Groups the open dead letters by source, topic and cause, and counts the dead"
                    + " letters of each group",
            description = "The list has at most 200 groups of each source: the largest groups of the publisher, and the"
                    + " first groups of the projector in the order of topics and reasons. The groups of the publisher"
                    + " contain at most 20 000 dead letters together.")
    @GetMapping("/groups")
    Groups groups() {
        return new Groups(deadLetters.findGroups());
    }

    @Operation(
            operationId = "replayDeadLetters",
            summary = "Starts a job that replays many dead letters; with dryRun, the service only counts them")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Selection.class)))
    @ApiResponse(
            responseCode = "200",
            description = "The answer states the number of matching dead letters; no job was started.",
            content = @Content(schema = @Schema(implementation = DeadLetterCount.class)))
    @ApiResponse(
            responseCode = "202",
            description = "The job was queued.",
            content = @Content(schema = @Schema(implementation = StartedJob.class)))
    @PostMapping("/replay")
    ResponseEntity<byte[]> replay(Caller caller, HttpServletRequest request, IdempotentRequest post) {
        return start(caller, request, post, ReplayJob.KIND, "dead-letter.replay-many");
    }

    @Operation(
            operationId = "discardDeadLetters",
            summary = "Starts a job that discards many dead letters; with dryRun, the service only counts them",
            description = "At least one of source, topic, reason, cause and key is required, so that an incomplete"
                    + " request does not discard every dead letter.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Selection.class, minProperties = 1)))
    @ApiResponse(
            responseCode = "200",
            description = "The answer states the number of matching dead letters; no job was started.",
            content = @Content(schema = @Schema(implementation = DeadLetterCount.class)))
    @ApiResponse(
            responseCode = "202",
            description = "The job was queued.",
            content = @Content(schema = @Schema(implementation = StartedJob.class)))
    @PostMapping("/discard")
    ResponseEntity<byte[]> discard(Caller caller, HttpServletRequest request, IdempotentRequest post) {
        return start(caller, request, post, DiscardJob.KIND, "dead-letter.discard-many");
    }

    private ResponseEntity<byte[]> start(
            Caller caller, HttpServletRequest request, IdempotentRequest post, String kind, String action) {
        JsonBody body = JsonBody.ofOptional(request);
        boolean dryRun = body.bool("dryRun", false);
        DeadLetterJobCriteria criteria = readCriteria(body, kind);
        body.finish();
        MatchCount count = deadLetters.count(criteria);
        if (dryRun) {
            return post.runOutsideTransaction(() ->
                    UnrenderedAnswer.of(HttpStatus.OK, new DeadLetterCount(count.deadLetters(), count.exact(), true)));
        }
        Map<String, Object> settings = criteria.settings();
        return post.runInTransaction(() -> {
            UUID job = jobs.submit(kind, "", settings);
            auditLog.record(caller, action, job.toString(), settings);
            return UnrenderedAnswer.of(HttpStatus.ACCEPTED, new StartedJob(job, count.deadLetters(), count.exact()))
                    .location("/api/admin/jobs/" + job);
        });
    }

    /** Reads the criteria. A discard must name at least one, so that an empty body cannot discard everything. */
    private DeadLetterJobCriteria readCriteria(JsonBody body, String kind) {
        String source = body.optionalText("source", null, FILTER);
        DeadLetterCriteria further = new DeadLetterCriteria(
                body.optionalText("topic", null, FILTER),
                DeadLetter.code(DeadLetter.State.OPEN),
                body.optionalText("reason", null, FILTER),
                body.optionalText("key", null, FILTER),
                body.optionalText("cause", null, FILTER));
        if (source != null && !source.equals(DeadLetterView.PUBLISHER) && !source.equals(DeadLetterView.PROJECTOR)) {
            body.fault("source", "must be one of: " + DeadLetterView.PUBLISHER + ", " + DeadLetterView.PROJECTOR);
        }
        boolean filtered = further.topic() != null
                || further.reason() != null
                || further.key() != null
                || further.cause() != null
                || source != null;
        if (kind.equals(DiscardJob.KIND) && !filtered) {
            body.fault("cause", "is required unless source, topic, reason or key is given");
        }
        int perSecond = body.integer("perSecond", DEFAULT_PER_SECOND, 1, MAX_PER_SECOND);
        return new DeadLetterJobCriteria(source, further, clock.instant(), perSecond);
    }
}
