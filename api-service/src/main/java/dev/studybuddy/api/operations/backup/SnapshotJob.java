package dev.studybuddy.api.operations.backup;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.outbox.EmittedEvents;
import dev.studybuddy.api.outbox.JobEventThrottle;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventKind;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Emits a snapshot of each aggregate of a type, of a user or of a time range, no faster than its snapshots are
 * published. The aggregates of a user are read along an index. Otherwise the job reads the whole table of a type, page
 * by page, because no index is ordered by the time of the last change.
 */
@Component
final class SnapshotJob implements JobHandler {

    static final String KIND = "snapshot";

    private static final int PAGE_SIZE = 200;

    private final Snapshots snapshots;
    private final JobEventThrottle throttle;

    SnapshotJob(Snapshots snapshots, JobEventThrottle throttle) {
        this.snapshots = snapshots;
        this.throttle = throttle;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobContext job) {
        SnapshotCriteria criteria = SnapshotCriteria.of(job.settings());
        EmittedEvents emitted = throttle.track(PAGE_SIZE);
        SnapshotCursor current = SnapshotCursor.parse(job.cursor());
        while (current != null) {
            AggregateType type = current.type();
            if (criteria.includes(type)) {
                UUID user = criteria.user();
                if (user == null) {
                    emitAll(job, criteria, current, emitted);
                } else {
                    emitOfUser(job, criteria, type, user, emitted);
                }
            }
            SnapshotCursor next = current.nextType();
            job.recordProgress(
                    next == null ? SnapshotCursor.END : next.text(), job.done(), next == null ? job.done() : null);
            current = next;
        }
    }

    private void emitAll(JobContext job, SnapshotCriteria criteria, SnapshotCursor start, EmittedEvents emitted) {
        UUID after = start.after();
        Snapshots.EmittedPage page;
        do {
            emitted.awaitPublished(job);
            page = snapshots.emitPage(start.type(), after, PAGE_SIZE, criteria::includes);
            emitted.record(start.type(), EventKind.SNAPSHOT, page.emitted());
            if (!page.read().isEmpty()) {
                after = UUID.fromString(page.read().getLast().id());
            }
            job.recordProgress(
                    new SnapshotCursor(start.type(), after).text(),
                    job.done() + page.emitted().size(),
                    null);
        } while (page.read().size() == PAGE_SIZE);
    }

    /** Emits a user's aggregates of one type. An instance that takes the job over emits all of them again. */
    private void emitOfUser(
            JobContext job, SnapshotCriteria criteria, AggregateType type, UUID user, EmittedEvents emitted) {
        AggregateState after = null;
        Snapshots.EmittedPage page;
        do {
            emitted.awaitPublished(job);
            page = snapshots.emitPageOfUser(type, user, after, PAGE_SIZE, criteria::includes);
            emitted.record(type, EventKind.SNAPSHOT, page.emitted());
            after = page.read().isEmpty() ? after : page.read().getLast();
            job.recordProgress(job.cursor(), job.done() + page.emitted().size(), null);
        } while (page.read().size() == PAGE_SIZE);
    }
}
