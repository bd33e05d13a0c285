package dev.studybuddy.api.operations.job;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.contract.EventJson;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Creates the answers that describe jobs. */
@Component
public final class JobAnswers {

    /** This record documents the answer that names a submitted job. */
    public record SubmittedJob(UUID jobId) {}

    /**
     * This record documents the answer that describes a job. Each kind of job adds fields of its own.
     *
     * @param subject the id or name of the object that the job is about; empty if the kind needs none
     * @param cancellable whether a cancellation can end the job: the job has not ended, and its kind permits it
     * @param done the number of items that the job has processed
     * @param total the expected number of items, or null while it is unknown
     * @param startedAt the time of the first claim, or null before it
     * @param finishedAt the time of the end, or null while the job has not ended
     * @param error the error of the last outage or failure, or null if there was none
     * @param waitsFor a sentence that states what an unfinished job waits for, or null if it waits for nothing
     */
    @Schema(additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
    public record JobView(
            UUID jobId,
            @Schema(example = "backup") String kind,
            @Schema(example = "study") String subject,

            @Schema(allowableValues = {"queued", "running", "done", "failed", "cancelled"})
            String state,

            boolean cancellable,
            long done,
            @Nullable Long total,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String error,
            @Nullable String waitsFor) {}

    private final Jobs jobs;
    private final JsonMapper json;

    JobAnswers(Jobs jobs, JsonMapper json) {
        this.jobs = jobs;
        this.json = json;
    }

    /**
     * Returns a 202 answer for a submitted job.
     *
     * @param pathPrefix the path of the job's resource up to its id, with the trailing slash
     */
    public static UnrenderedAnswer accepted(String pathPrefix, UUID job) {
        return UnrenderedAnswer.of(HttpStatus.ACCEPTED, Map.of("jobId", job)).location(pathPrefix + job);
    }

    /**
     * Returns the body of the answer for a job, with the fields that are specific to its kind.
     *
     * @param kind the kind that the job must have; null if every kind is allowed
     * @throws dev.studybuddy.api.http.ProblemException with status 404 if no job has this id and kind
     */
    public ObjectNode body(UUID id, @Nullable String kind) {
        Job job = jobs.find(id)
                .filter(found -> kind == null || found.kind().equals(kind))
                .orElseThrow(() -> Problem.notFound("job").toException());
        return body(job, new WaitingReasons(jobs));
    }

    /** Returns the bodies of the answers for jobs, with the fields that are specific to their kinds. */
    List<ObjectNode> bodies(List<Job> listed) {
        WaitingReasons reasons = new WaitingReasons(jobs);
        return listed.stream().map(job -> body(job, reasons)).toList();
    }

    /** Returns the body that {@link JobView} describes, with the fields of the job's kind. */
    private ObjectNode body(Job job, WaitingReasons reasons) {
        ObjectNode body = json.createObjectNode();
        body.put("jobId", job.id().toString());
        body.put("kind", job.kind());
        body.put("subject", job.subject());
        body.put("state", job.state().code());
        body.put("cancellable", !job.state().isFinal() && jobs.isCancellable(job.kind()));
        body.put("done", job.done());
        body.put("total", job.total());
        body.put("createdAt", EventJson.text(job.createdAt()));
        body.put("startedAt", textOrNull(job.startedAt()));
        body.put("finishedAt", textOrNull(job.finishedAt()));
        body.put("error", job.error());
        body.setAll(job.result());
        body.put(JobContext.WAITS_FOR, reasons.of(job));
        return body;
    }

    private static @Nullable String textOrNull(@Nullable Instant at) {
        return at == null ? null : EventJson.text(at);
    }
}
