package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Admits the rows of a page to memory as far as there is room, and advances the cursor over the processed part. */
final class PageAdmitter {

    private final Ordering ordering;
    private final BlockedDestinations blocked;
    private final ShardCursors cursors;
    private final PublishListener listener;
    private final Supplier<@Nullable Instant> databaseNow;
    private final long pauseNanos;

    /**
     * @param pauseNanos the time in nanoseconds for which a shard pauses if a row of it can be neither admitted nor
     *     deferred
     */
    PageAdmitter(
            Ordering ordering,
            BlockedDestinations blocked,
            ShardCursors cursors,
            PublishListener listener,
            Supplier<@Nullable Instant> databaseNow,
            long pauseNanos) {
        this.ordering = ordering;
        this.blocked = blocked;
        this.cursors = cursors;
        this.listener = listener;
        this.databaseNow = databaseNow;
        this.pauseNanos = pauseNanos;
    }

    /**
     * Describes how much of a page was processed.
     *
     * @param end the last processed row, or null if there is none
     * @param admitted the number of rows that are new in memory
     * @param known the number of rows that are in memory already or stay in the table
     * @param more whether further rows may follow
     */
    private record ProcessedPage(@Nullable OutboxRow end, int admitted, int known, boolean more) {}

    /**
     * Admits the pages of a poll.
     *
     * @return the number of rows that are new in memory
     */
    int admitPolled(List<PageRequest> requests, List<OutboxRow> rows, long nowNanos) {
        return admitPages(
                requests,
                rows,
                nowNanos,
                (cursor, page) -> cursor.recordPage(page.end(), page.known(), page.more(), databaseNow.get()));
    }

    /** Admits the pages of sweeps. */
    void admitSwept(List<PageRequest> requests, List<OutboxRow> rows, long nowNanos) {
        admitPages(requests, rows, nowNanos, (cursor, page) -> cursor.recordSweptPage(page.end(), page.more()));
    }

    private int admitPages(List<PageRequest> requests, List<OutboxRow> rows, long nowNanos, CursorUpdate update) {
        Map<Integer, List<OutboxRow>> byShard = new HashMap<>();
        rows.forEach(row -> byShard.computeIfAbsent(row.aggregate().shard(), key -> new ArrayList<>())
                .add(row));
        int admitted = 0;
        for (PageRequest request : requests) {
            ProcessedPage page = admitPage(request, byShard.getOrDefault(request.shard(), List.of()), nowNanos);
            update.apply(cursors.of(request.shard()), page);
            admitted += page.admitted();
        }
        if (admitted > 0) {
            listener.read(admitted);
        }
        return admitted;
    }

    private ProcessedPage admitPage(PageRequest request, List<OutboxRow> rows, long nowNanos) {
        int admitted = 0;
        int known = 0;
        OutboxRow end = null;
        for (OutboxRow row : rows) {
            Ordering.Admission admission = admit(row, nowNanos);
            if (admission == Ordering.Admission.STOP) {
                cursors.of(request.shard()).pauseUntil(nowNanos + pauseNanos);
                return new ProcessedPage(end, admitted, known, true);
            }
            end = row;
            admitted += admission == Ordering.Admission.ADMITTED ? 1 : 0;
            known += admission == Ordering.Admission.ADMITTED ? 0 : 1;
        }
        return new ProcessedPage(end, admitted, known, rows.size() == request.limit());
    }

    private Ordering.Admission admit(OutboxRow row, long nowNanos) {
        if (blocked.keepsOut(row.aggregate())) {
            blocked.recordSkipped(row.aggregate(), row.position());
            return Ordering.Admission.SKIPPED;
        }
        return ordering.admit(row, nowNanos);
    }

    @FunctionalInterface
    private interface CursorUpdate {
        void apply(ShardCursor cursor, ProcessedPage page);
    }
}
