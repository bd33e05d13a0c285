package dev.studybuddy.api.operations.backup;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.outbox.OutboxCapacity;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Emits a snapshot of every aggregate, no faster than the outbox drains. */
@Component
public final class FullBackupJob implements JobHandler {

    public static final String KIND = "backup";

    private static final int PAGE_SIZE = 200;

    private final Snapshots snapshots;
    private final OutboxCapacity capacity;

    FullBackupJob(Snapshots snapshots, OutboxCapacity capacity) {
        this.snapshots = snapshots;
        this.capacity = capacity;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobContext job) {
        long total = snapshots.count();
        BackupCursor current = BackupCursor.of(job.cursor());
        job.progress(job.cursor(), job.done(), Math.max(total, job.done()));
        while (current != null) {
            capacity.await(job, PAGE_SIZE);
            List<AggregateState> page = snapshots.emitPage(current.type(), current.after(), PAGE_SIZE);
            BackupCursor next = page.size() < PAGE_SIZE
                    ? current.nextType()
                    : new BackupCursor(
                            current.type(), UUID.fromString(page.getLast().id()));
            long done = job.done() + page.size();
            // Aggregates that were created during the backup count too, so that done equals total at the end.
            job.progress(
                    next == null ? BackupCursor.END : next.cursor(), done, next == null ? done : Math.max(total, done));
            current = next;
        }
    }

    /**
     * A cursor is the position in the order (type, id) at which the next page begins.
     *
     * @param after the id that the next page follows; null for the first page of the type
     */
    private record BackupCursor(
            AggregateType type, @Nullable UUID after) {

        static final String END = "end";

        static @Nullable BackupCursor of(@Nullable String cursor) {
            if (cursor == null) {
                return new BackupCursor(AggregateType.USER, null);
            }
            if (cursor.equals(END)) {
                return null;
            }
            int colon = cursor.indexOf(':');
            AggregateType type =
                    AggregateType.ofCode(cursor.substring(0, colon)).orElseThrow();
            String after = cursor.substring(colon + 1);
            return new BackupCursor(type, after.isEmpty() ? null : UUID.fromString(after));
        }

        String cursor() {
            return type.code() + ':' + (after == null ? "" : after);
        }

        @Nullable
        BackupCursor nextType() {
            return switch (type) {
                case USER -> new BackupCursor(AggregateType.TODO, null);
                case TODO -> new BackupCursor(AggregateType.SESSION, null);
                case SESSION -> null;
            };
        }
    }
}
