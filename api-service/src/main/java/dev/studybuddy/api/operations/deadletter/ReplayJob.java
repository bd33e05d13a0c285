package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.outbox.OutboxRow;
import dev.studybuddy.readmodel.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * Replays many dead letters at a given rate. It skips dead letters that changed after the job was requested, so that a
 * dead letter that fails again during the job waits for the next job.
 */
@Component
final class ReplayJob implements JobHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayJob.class);

    static final String KIND = "replay";

    private static final int PAGE_SIZE = 100;

    private final DeadLetterStore deadLetters;

    ReplayJob(DeadLetterStore deadLetters) {
        this.deadLetters = deadLetters;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobContext job) {
        ObjectNode settings = job.settings();
        DeadLetterQuery query = new DeadLetterQuery(
                text(settings, "topic"),
                DeadLetter.code(DeadLetter.State.OPEN),
                text(settings, "reason"),
                text(settings, "key"));
        Instant upTo = Instant.parse(settings.path("upTo").asString(""));
        Duration interval = Duration.ofSeconds(1)
                .dividedBy(Math.max(1, settings.path("perSecond").asInt(100)));
        replayRows(job, query, upTo, interval);
        replayDocuments(job, query, upTo, interval);
        job.progress(job.cursor(), job.done(), job.done());
    }

    private void replayDocuments(JobContext job, DeadLetterQuery query, Instant upTo, Duration interval) {
        String after = job.cursor();
        List<DeadLetter> page;
        do {
            page = deadLetters.findDocuments(query, after, upTo, PAGE_SIZE);
            for (DeadLetter deadLetter : page) {
                job.checkpoint();
                long increment = replayOrCountFailure(job, deadLetter) ? 1 : 0;
                after = deadLetter.id();
                job.progress(after, job.done() + increment, null);
                job.pause(interval);
            }
        } while (page.size() == PAGE_SIZE);
    }

    /**
     * Replays a dead letter. If Kafka rejects it permanently, the method counts the failure, so that the job can
     * continue.
     */
    private boolean replayOrCountFailure(JobContext job, DeadLetter deadLetter) {
        try {
            return deadLetters.replay(deadLetter);
        } catch (KafkaException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof RetriableException || !(cause instanceof ApiException)) {
                throw failed;
            }
            LOG.atWarn()
                    .addKeyValue("deadLetter", deadLetter.id())
                    .setCause(cause)
                    .log("Kafka rejected a dead letter permanently; it stays open, and the job continues"
                            + " with the next one");
            job.result().put("failed", job.result().path("failed").asLong(0) + 1);
            return false;
        }
    }

    private void replayRows(JobContext job, DeadLetterQuery query, Instant upTo, Duration interval) {
        int shard = -1;
        UUID afterId = new UUID(0, 0);
        List<OutboxRow> page;
        do {
            page = deadLetters.findRows(query, shard, afterId, PAGE_SIZE);
            for (OutboxRow row : page) {
                shard = row.shard();
                afterId = row.id();
                if (row.deadLetteredAt() != null && !row.deadLetteredAt().isAfter(upTo)) {
                    job.checkpoint();
                    long increment = deadLetters.replay(row) ? 1 : 0;
                    job.progress(job.cursor(), job.done() + increment, null);
                    job.pause(interval);
                }
            }
        } while (page.size() == PAGE_SIZE);
    }

    private static @Nullable String text(ObjectNode settings, String field) {
        String text = settings.path(field).asString("");
        return text.isEmpty() ? null : text;
    }
}
