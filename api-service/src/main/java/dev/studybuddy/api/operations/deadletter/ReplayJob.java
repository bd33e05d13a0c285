package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.readmodel.DeadLetter;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Replays many dead letters at a given rate. It skips dead letters that changed after the job was requested, so that a
 * dead letter that fails again during the job waits for the next job.
 */
@Component
final class ReplayJob implements JobHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayJob.class);

    static final String KIND = "replay";

    /**
     * This record documents the fields of a job's answer, which are absent unless Kafka permanently refused a dead
     * letter.
     */
    record ReplayResult(
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            Long failed,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            String lastFailure) {}

    private final DeadLetters deadLetters;
    private final DeadLetterChanges changes;

    ReplayJob(DeadLetters deadLetters, DeadLetterChanges changes) {
        this.deadLetters = deadLetters;
        this.changes = changes;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<Class<? extends Record>> resultType() {
        return Optional.of(ReplayResult.class);
    }

    @Override
    public void run(JobContext job) {
        changes.run(job, deadLetters::replay, deadLetter -> replayOrCountFailure(job, deadLetter));
    }

    /**
     * Replays a dead letter. If Kafka permanently refuses it, the method counts the failure and records its reason,
     * so that the job can continue.
     */
    private boolean replayOrCountFailure(JobContext job, DeadLetter deadLetter) {
        try {
            return deadLetters.replay(deadLetter);
        } catch (KafkaException failed) {
            String refusal = ReplayRefusal.of(failed);
            if (refusal == null) {
                throw failed;
            }
            LOG.atWarn()
                    .addKeyValue("deadLetter", deadLetter.id())
                    .addKeyValue("reason", refusal)
                    .log("Kafka permanently refused a dead letter; it stays open, and the job continues"
                            + " with the next one");
            job.result().put("failed", job.result().path("failed").asLong(0) + 1);
            job.result().put("lastFailure", deadLetter.id() + ": " + refusal);
            return false;
        }
    }
}
