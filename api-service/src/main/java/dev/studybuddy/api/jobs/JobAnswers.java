package dev.studybuddy.api.jobs;

import dev.studybuddy.api.web.Problem;
import dev.studybuddy.api.web.Reply;
import dev.studybuddy.contract.EventJson;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Jobs as their callers see them. */
@Component
public final class JobAnswers {

    private final Jobs jobs;
    private final JsonMapper json;

    JobAnswers(Jobs jobs, JsonMapper json) {
        this.jobs = jobs;
        this.json = json;
    }

    /** 202 for a job that was started. */
    public static Reply accepted(String place, UUID job) {
        return Reply.of(HttpStatus.ACCEPTED, Map.of("jobId", job)).location(place + job);
    }

    /**
     * A job with its kind's own part.
     *
     * @param kind null for any
     * @throws dev.studybuddy.api.web.ProblemException 404 where there is none of that kind
     */
    public ObjectNode of(UUID id, @Nullable String kind) {
        Job job = jobs.find(id)
                .filter(found -> kind == null || found.kind().equals(kind))
                .orElseThrow(() -> Problem.notFound("job").exception());
        ObjectNode answer = json.createObjectNode();
        answer.put("jobId", job.id().toString());
        answer.put("kind", job.kind());
        answer.put("state", job.state().code());
        answer.put("done", job.done());
        answer.put("total", job.total());
        answer.put("startedAt", text(job.startedAt()));
        answer.put("finishedAt", text(job.finishedAt()));
        answer.put("error", job.error());
        answer.setAll(job.result());
        return answer;
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : EventJson.text(at);
    }
}
