package dev.studybuddy.publisher.publish;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes what was read into memory, as far as there is room, and moves the cursors on so far. */
final class Intake {

    private final Ordering ordering;
    private final TopicBlocks blocks;
    private final Cursors cursors;
    private final PublishListener listener;
    private final Supplier<@Nullable Instant> databaseNow;
    private final long stopNanos;

    /**
     * @param stopNanos how long a shard waits whose rows nobody can remember
     */
    Intake(
            Ordering ordering,
            TopicBlocks blocks,
            Cursors cursors,
            PublishListener listener,
            Supplier<@Nullable Instant> databaseNow,
            long stopNanos) {
        this.ordering = ordering;
        this.blocks = blocks;
        this.cursors = cursors;
        this.listener = listener;
        this.databaseNow = databaseNow;
        this.stopNanos = stopNanos;
    }

    /** How far a page was taken in: its last row that was, how many are new and known, and whether rows may follow. */
    private record Taken(@Nullable OutboxRow end, int admitted, int known, boolean more) {}

    /** Takes the pages of a poll in; answers how many rows are new. */
    int polled(List<PageRequest> requests, List<OutboxRow> rows, long now) {
        return take(
                requests,
                rows,
                now,
                (cursor, taken) -> cursor.read(taken.end(), taken.known(), taken.more(), databaseNow.get()));
    }

    /** The same for the pages of sweeps. */
    void swept(List<PageRequest> requests, List<OutboxRow> rows, long now) {
        take(requests, rows, now, (cursor, taken) -> cursor.swept(taken.end(), taken.more()));
    }

    private int take(List<PageRequest> requests, List<OutboxRow> rows, long now, Moved moved) {
        Map<Integer, List<OutboxRow>> byShard = new HashMap<>();
        rows.forEach(row -> byShard.computeIfAbsent(row.aggregate().shard(), key -> new ArrayList<>())
                .add(row));
        int admitted = 0;
        for (PageRequest request : requests) {
            Taken taken = take(request, byShard.getOrDefault(request.shard(), List.of()), now);
            moved.move(cursors.of(request.shard()), taken);
            admitted += taken.admitted();
        }
        if (admitted > 0) {
            listener.read(admitted);
        }
        return admitted;
    }

    private Taken take(PageRequest request, List<OutboxRow> rows, long now) {
        int admitted = 0;
        int known = 0;
        OutboxRow end = null;
        for (OutboxRow row : rows) {
            Ordering.Admission admission = admit(row, now);
            if (admission == Ordering.Admission.STOP) {
                cursors.of(request.shard()).waitUntil(now + stopNanos);
                return new Taken(end, admitted, known, true);
            }
            end = row;
            admitted += admission == Ordering.Admission.ADMITTED ? 1 : 0;
            known += admission == Ordering.Admission.ADMITTED ? 0 : 1;
        }
        return new Taken(end, admitted, known, rows.size() == request.limit());
    }

    private Ordering.Admission admit(OutboxRow row, long now) {
        String type = row.aggregate().type();
        if (blocks.blocked(type)) {
            blocks.skip(type, row.aggregate().shard(), row.position());
            return Ordering.Admission.LEFT;
        }
        return ordering.admit(row, now);
    }

    @FunctionalInterface
    private interface Moved {
        void move(ShardCursor cursor, Taken taken);
    }
}
