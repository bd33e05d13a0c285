package dev.studybuddy.api.operations.backup;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.outbox.EmittedEvents;
import dev.studybuddy.api.outbox.JobEventThrottle;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.EventKind;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Emits a snapshot of every aggregate, no faster than its snapshots are published. */
@Component
public final class FullBackupJob implements JobHandler {

    /** The jobs that emit a snapshot of every aggregate have this kind. */
    public static final String KIND = "backup";

    private static final int PAGE_SIZE = 200;

    private final Snapshots snapshots;
    private final JobEventThrottle throttle;

    FullBackupJob(Snapshots snapshots, JobEventThrottle throttle) {
        this.snapshots = snapshots;
        this.throttle = throttle;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobContext job) {
        OptionalLong total = snapshots.count();
        SnapshotCursor current = SnapshotCursor.parse(job.cursor());
        EmittedEvents emitted = throttle.track(PAGE_SIZE);
        job.recordProgress(job.cursor(), job.done(), atLeast(total, job.done()));
        while (current != null) {
            emitted.awaitPublished(job);
            List<AggregateState> page = snapshots.emitPage(current.type(), current.after(), PAGE_SIZE);
            emitted.record(current.type(), EventKind.SNAPSHOT, page);
            SnapshotCursor next = page.size() < PAGE_SIZE
                    ? current.nextType()
                    : new SnapshotCursor(
                            current.type(), UUID.fromString(page.getLast().id()));
            long done = job.done() + page.size();
            // Aggregates that were created during the backup count too, so that done equals total at the end.
            Long nextTotal = next == null ? Long.valueOf(done) : atLeast(total, done);
            job.recordProgress(next == null ? SnapshotCursor.END : next.text(), done, nextTotal);
            current = next;
        }
    }

    /** Returns the total, which is at least the number of processed aggregates; null if it is unknown. */
    private static @Nullable Long atLeast(OptionalLong total, long done) {
        return total.isEmpty() ? null : Math.max(total.getAsLong(), done);
    }
}
