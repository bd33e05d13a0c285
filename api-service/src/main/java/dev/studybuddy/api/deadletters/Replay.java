package dev.studybuddy.api.deadletters;

import dev.studybuddy.api.admin.OutboxRow;
import dev.studybuddy.api.jobs.JobContext;
import dev.studybuddy.api.jobs.JobHandler;
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

/** Replays many dead letters, so many a second; those that fail again meanwhile are left for the next time. */
@Component
final class Replay implements JobHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    static final String KIND = "replay";

    private static final int PAGE = 100;

    private final Letters letters;

    Replay(Letters letters) {
        this.letters = letters;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobContext job) {
        ObjectNode settings = job.settings();
        LetterQuery query = new LetterQuery(
                text(settings, "topic"),
                DeadLetter.code(DeadLetter.State.OPEN),
                text(settings, "reason"),
                text(settings, "key"));
        Instant upTo = Instant.parse(settings.path("upTo").asString(""));
        Duration between = Duration.ofSeconds(1)
                .dividedBy(Math.max(1, settings.path("perSecond").asInt(100)));
        replayRows(job, query, upTo, between);
        replayDocuments(job, query, upTo, between);
        job.progress(job.cursor(), job.done(), job.done());
    }

    private void replayDocuments(JobContext job, LetterQuery query, Instant upTo, Duration between) {
        String after = job.cursor();
        List<DeadLetter> page;
        do {
            page = letters.ofProjector(query, after, upTo, PAGE);
            for (DeadLetter letter : page) {
                job.checkpoint();
                long more = replayed(job, letter) ? 1 : 0;
                after = letter.id();
                job.progress(after, job.done() + more, null);
                job.pause(between);
            }
        } while (page.size() == PAGE);
    }

    /** A letter that its topic will never take is counted, and doesn't keep those behind it. */
    private boolean replayed(JobContext job, DeadLetter letter) {
        try {
            return letters.replay(letter);
        } catch (KafkaException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof RetriableException || !(cause instanceof ApiException)) {
                throw failed;
            }
            LOG.atWarn().addKeyValue("deadLetter", letter.id()).setCause(cause).log("A dead letter can't be replayed");
            job.result().put("failed", job.result().path("failed").asLong(0) + 1);
            return false;
        }
    }

    private void replayRows(JobContext job, LetterQuery query, Instant upTo, Duration between) {
        int shard = -1;
        UUID after = new UUID(0, 0);
        List<OutboxRow> page;
        do {
            page = letters.ofPublisher(query, shard, after, PAGE);
            for (OutboxRow row : page) {
                shard = row.shard();
                after = row.id();
                if (row.deadLetteredAt() != null && !row.deadLetteredAt().isAfter(upTo)) {
                    job.checkpoint();
                    long more = letters.replay(row) ? 1 : 0;
                    job.progress(job.cursor(), job.done() + more, null);
                    job.pause(between);
                }
            }
        } while (page.size() == PAGE);
    }

    private static @Nullable String text(ObjectNode settings, String field) {
        String text = settings.path(field).asString("");
        return text.isEmpty() ? null : text;
    }
}
