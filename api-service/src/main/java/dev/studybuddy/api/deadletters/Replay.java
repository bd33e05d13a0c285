package dev.studybuddy.api.deadletters;

import dev.studybuddy.api.admin.OutboxRow;
import dev.studybuddy.api.jobs.JobContext;
import dev.studybuddy.api.jobs.JobHandler;
import dev.studybuddy.readmodel.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Replays many dead letters, so many a second; those that fail again meanwhile are left for the next time. */
@Component
final class Replay implements JobHandler {

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
                long more = letters.replay(letter) ? 1 : 0;
                after = letter.id();
                job.progress(after, job.done() + more, null);
                job.pause(between);
            }
        } while (page.size() == PAGE);
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
