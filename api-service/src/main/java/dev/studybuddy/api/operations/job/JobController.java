package dev.studybuddy.api.operations.job;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.PageCursor;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.http.TextRule;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.JobCriteria;
import dev.studybuddy.api.job.JobState;
import dev.studybuddy.api.job.Jobs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

@RestController
final class JobController {

    private static final int MAX_LENGTH = 300;
    private static final TextRule FILTER = TextRule.length(1, MAX_LENGTH);

    private final Jobs jobs;
    private final JobAnswers answers;
    private final JobCancellation cancellation;

    JobController(Jobs jobs, JobAnswers answers, JobCancellation cancellation) {
        this.jobs = jobs;
        this.answers = answers;
        this.cancellation = cancellation;
    }

    @Operation(
            operationId = "listJobs",
            summary = "Lists jobs, newest first, each with its progress and with what it waits for")
    @ApiResponse(
            responseCode = "200",
            description = "The answer is one page of the matching jobs.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = JobPage.class)))
    @GetMapping(path = "/api/admin/jobs", produces = MediaType.APPLICATION_JSON_VALUE)
    Page<ObjectNode> list(
            @Parameter(
                            description = "The list contains only jobs of this kind.",
                            schema = @Schema(maxLength = MAX_LENGTH),
                            example = "backup")
                    @RequestParam(required = false)
                    @Nullable
                    String kind,
            @Parameter(
                            description = "The list contains only jobs in this state.",
                            schema = @Schema(allowableValues = {"queued", "running", "done", "failed", "cancelled"}))
                    @RequestParam(required = false)
                    @Nullable
                    String state,
            @Parameter(
                            description = "The list contains only jobs about this object, for example a user's id or a"
                                    + " read model. A verify of all read models has the subject *.",
                            schema = @Schema(maxLength = MAX_LENGTH),
                            example = "study")
                    @RequestParam(required = false)
                    @Nullable
                    String subject,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        QueryParameters parameters = new QueryParameters();
        JobCriteria criteria = new JobCriteria(
                parameters.text("kind", emptyToNull(kind), FILTER),
                parameters
                        .code("state", state, JobController::stateOf, "queued, running, done, failed, cancelled")
                        .orElse(null),
                parameters.text("subject", emptyToNull(subject), FILTER));
        int size = parameters.pageSize(limit);
        PageCursor after = parameters.cursor("cursor", cursor);
        parameters.finish();
        List<Job> found = jobs.find(criteria, after.at(), after.id(), size + 1);
        Page<Job> page = Page.of(found, size, job -> new PageCursor(job.createdAt(), job.id()).text());
        return new Page<>(answers.bodies(page.items()), page.nextCursor());
    }

    private static Optional<JobState> stateOf(String code) {
        return Stream.of(JobState.values())
                .filter(state -> state.code().equals(code))
                .findFirst();
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    @Operation(operationId = "getJob", summary = "Returns a job and its progress")
    @ApiResponse(
            responseCode = "200",
            description = "The answer describes the job. Further fields depend on its kind.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(ref = JobDescriptions.ANY_JOB)))
    @GetMapping(path = "/api/admin/jobs/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
    ObjectNode job(@PathVariable UUID id) {
        return answers.body(id, null);
    }

    @Operation(
            operationId = "cancelJob",
            summary = "Requests the cancellation of a job; the status is 204, or 409 if its kind cannot be cancelled")
    @ApiResponse(responseCode = "204", description = "The cancellation was requested, or the job had already ended.")
    @DeleteMapping("/api/admin/jobs/{id}")
    ResponseEntity<byte[]> cancel(Caller caller, @PathVariable UUID id, IdempotentRequest request) {
        return cancellation.cancel(caller, id, null, request);
    }
}
