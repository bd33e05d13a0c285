package dev.studybuddy.api.operations.job;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.Reply;
import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.contract.EventJson;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Builds the HTTP responses that describe jobs. */
@Component
public final class JobResponses {

    /** This record documents the answer that names a submitted job. */
    public record AcceptedJob(UUID jobId) {}

    /**
     * This record documents the answer that describes a job. Each kind of job adds fields of its own.
     *
     * @param total the number of steps, or null while it is unknown
     * @param startedAt the time of the first start, or null while the job waits
     * @param finishedAt the time of the end, or null while the job has not ended
     * @param error the reason for which the job failed, or null if it did not fail
     */
    @Schema(additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
    public record JobState(
            UUID jobId,
            String kind,
            String state,
            long done,
            @Nullable Long total,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String error) {}

    private final Jobs jobs;
    private final JsonMapper json;

    JobResponses(Jobs jobs, JsonMapper json) {
        this.jobs = jobs;
        this.json = json;
    }

    /**
     * Returns a 202 response for a submitted job.
     *
     * @param pathPrefix the path of the job's resource up to its id, with the trailing slash
     */
    public static Reply accepted(String pathPrefix, UUID job) {
        return Reply.of(HttpStatus.ACCEPTED, Map.of("jobId", job)).location(pathPrefix + job);
    }

    /**
     * Returns the response body for a job, with the fields that are specific to its kind.
     *
     * @param kind the kind that the job must have; null if every kind is allowed
     * @throws dev.studybuddy.api.http.ProblemException with status 404 if no job has this id and kind
     */
    public ObjectNode body(UUID id, @Nullable String kind) {
        Job job = jobs.find(id)
                .filter(found -> kind == null || found.kind().equals(kind))
                .orElseThrow(() -> Problem.notFound("job").exception());
        ObjectNode body = json.createObjectNode();
        body.put("jobId", job.id().toString());
        body.put("kind", job.kind());
        body.put("state", job.state().code());
        body.put("done", job.done());
        body.put("total", job.total());
        body.put("startedAt", textOrNull(job.startedAt()));
        body.put("finishedAt", textOrNull(job.finishedAt()));
        body.put("error", job.error());
        body.setAll(job.result());
        return body;
    }

    private static @Nullable String textOrNull(@Nullable Instant at) {
        return at == null ? null : EventJson.text(at);
    }
}
