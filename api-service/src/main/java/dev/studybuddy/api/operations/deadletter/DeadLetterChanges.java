package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.outbox.DeadLetteredRowTable.Position;
import dev.studybuddy.api.outbox.DeadLetteredRowTable.RowPage;
import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.readmodel.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Changes the dead letters that the criteria of a job select, one by one, and no faster than the criteria permit. The
 * job holds the content of one document of MongoDB at a time. Its cursor is the id of the last processed document. An
 * instance that takes the job over reads the rows of the outbox again from the start, because a changed row is no
 * longer selected.
 */
@Component
final class DeadLetterChanges {

    private static final int PAGE_SIZE = 100;

    private final DeadLetters deadLetters;

    DeadLetterChanges(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    /**
     * Changes each selected dead letter and counts those that were changed.
     *
     * @param changeRow changes a publisher's dead letter, and returns whether it did
     * @param changeDocument changes a projector's dead letter, and returns whether it did
     */
    void run(JobContext job, Predicate<OutboxEvent> changeRow, Predicate<DeadLetter> changeDocument) {
        DeadLetterJobCriteria criteria = DeadLetterJobCriteria.of(job.settings());
        Duration interval = criteria.interval();
        if (criteria.includesRows()) {
            changeRows(job, criteria, changeRow, interval);
        }
        if (criteria.includesDocuments()) {
            changeDocuments(job, criteria, changeDocument, interval);
        }
        job.recordProgress(job.cursor(), job.done(), job.done());
    }

    private void changeRows(
            JobContext job, DeadLetterJobCriteria criteria, Predicate<OutboxEvent> change, Duration interval) {
        @Nullable Position next = Position.START;
        while (next != null) {
            RowPage page = deadLetters.findRows(criteria.further(), next, PAGE_SIZE);
            job.checkpoint();
            for (OutboxEvent row : page.rows()) {
                Instant deadLetteredAt = row.deadLetteredAt();
                if (row.isDeadLettered() && deadLetteredAt != null && !deadLetteredAt.isAfter(criteria.upTo())) {
                    job.checkpoint();
                    long increment = change.test(row) ? 1 : 0;
                    job.recordProgress(job.cursor(), job.done() + increment, null);
                    job.waitFor(interval);
                }
            }
            next = page.next();
        }
    }

    private void changeDocuments(
            JobContext job, DeadLetterJobCriteria criteria, Predicate<DeadLetter> change, Duration interval) {
        String after = job.cursor();
        List<String> page;
        do {
            page = deadLetters.findDocumentIds(criteria.further(), after, criteria.upTo(), PAGE_SIZE);
            for (String id : page) {
                job.checkpoint();
                boolean changed = deadLetters
                        .findDocument(criteria.further(), criteria.upTo(), id)
                        .filter(change)
                        .isPresent();
                after = id;
                job.recordProgress(after, job.done() + (changed ? 1 : 0), null);
                job.waitFor(interval);
            }
        } while (page.size() == PAGE_SIZE);
    }
}
