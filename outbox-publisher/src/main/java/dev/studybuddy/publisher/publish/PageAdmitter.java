package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Admits the rows of a page to memory as far as there is room, and advances the cursor past the rows that are in memory
 * or accounted for.
 */
final class PageAdmitter {

    /** A page reads further contents only before this time is over, so that it does not delay other work for long. */
    private static final long CONTENT_NANOS = Duration.ofMillis(100).toNanos();

    private final MonotonicClock clock;
    private final Ordering ordering;
    private final UnavailableDestinations destinations;
    private final ShardCursors cursors;
    private final PublishListener listener;
    private final Supplier<@Nullable Instant> databaseNow;
    private final long backoffNanos;
    private final ContentReader contents;
    private final LongSupplier freeBytes;
    /** The first completed row of the next page is of this shard or a later one, so that each shard has its turn. */
    private int firstShard;

    /**
     * @param clock the monotonic clock that limits the time for contents
     * @param backoffNanos the time in nanoseconds for which a shard backs off if a row of it can be neither admitted
     *     nor deferred
     * @param contents reads the content of partial rows
     * @param freeBytes returns the number of bytes that memory has left
     */
    PageAdmitter(
            MonotonicClock clock,
            Ordering ordering,
            UnavailableDestinations destinations,
            ShardCursors cursors,
            PublishListener listener,
            Supplier<@Nullable Instant> databaseNow,
            long backoffNanos,
            ContentReader contents,
            LongSupplier freeBytes) {
        this.clock = clock;
        this.ordering = ordering;
        this.destinations = destinations;
        this.cursors = cursors;
        this.listener = listener;
        this.databaseNow = databaseNow;
        this.backoffNanos = backoffNanos;
        this.contents = contents;
        this.freeBytes = freeBytes;
    }

    /**
     * Describes how far a page advances its cursor: past each row that is in memory or accounted for, as {@link
     * ShardCursor} defines it.
     *
     * @param end the last row that the cursor passes, or null if there is none
     * @param admitted the number of rows that are new in memory
     * @param accounted the number of the other rows that the cursor passes
     * @param more whether further rows may follow
     */
    private record PageAdvance(@Nullable OutboxRow end, int admitted, int accounted, boolean more) {}

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
                (cursor, page) -> cursor.recordPage(page.end(), page.accounted(), page.more(), databaseNow.get()));
    }

    /** Admits the pages of sweeps. */
    void admitSwept(List<PageRequest> requests, List<OutboxRow> rows, long nowNanos) {
        admitPages(requests, rows, nowNanos, (cursor, page) -> cursor.recordSweptPage(page.end(), page.more()));
    }

    private int admitPages(List<PageRequest> requests, List<OutboxRow> rows, long nowNanos, CursorUpdate update) {
        Map<Integer, List<OutboxRow>> byShard = new HashMap<>();
        rows.forEach(row -> byShard.computeIfAbsent(row.aggregate().shard(), key -> new ArrayList<>())
                .add(row));
        ContentReadResults read = completeInTurn(byShard);
        int admitted = 0;
        for (PageRequest request : requests) {
            PageAdvance page = admitPage(request, byShard.getOrDefault(request.shard(), List.of()), read, nowNanos);
            update.apply(cursors.of(request.shard()), page);
            admitted += page.admitted();
        }
        if (admitted > 0) {
            listener.countRead(admitted);
        }
        return admitted;
    }

    /**
     * Reads the content of the partial rows that memory needs: first that of the first row of each shard, then that of
     * the second rows, and so on.
     */
    private ContentReadResults completeInTurn(Map<Integer, List<OutboxRow>> byShard) {
        Map<Integer, List<OutboxRow>> partial = new HashMap<>();
        int longest = 0;
        for (Map.Entry<Integer, List<OutboxRow>> entry : byShard.entrySet()) {
            List<OutboxRow> needed =
                    entry.getValue().stream().filter(this::needsContent).toList();
            longest = Math.max(longest, needed.size());
            partial.put(entry.getKey(), needed);
        }
        if (longest == 0) {
            return new ContentReadResults();
        }
        List<OutboxRow> inTurn = new ArrayList<>();
        for (int place = 0; place < longest; place++) {
            for (int n = 0; n < Shards.COUNT; n++) {
                List<OutboxRow> needed = partial.getOrDefault((firstShard + n) % Shards.COUNT, List.of());
                if (place < needed.size()) {
                    inTurn.add(needed.get(place));
                }
            }
        }
        ContentReadResults read = completeInTime(inTurn);
        inTurn.stream()
                .filter(row -> !read.contains(row))
                .findFirst()
                .ifPresent(row -> firstShard = row.aggregate().shard());
        return read;
    }

    /** Reads contents until memory is full or the time of a page is over. The other rows stay partial. */
    private ContentReadResults completeInTime(List<OutboxRow> rows) {
        long startNanos = clock.nanos();
        ContentReadResults all = new ContentReadResults();
        long free = freeBytes.getAsLong();
        List<OutboxRow> rest = rows;
        int before;
        do {
            before = all.size();
            ContentReadResults read = contents.complete(rest, free);
            all.addAll(read);
            free -= read.bytes();
            rest = rest.stream()
                    .filter(row -> !all.contains(row) && !all.isFailed(row))
                    .toList();
        } while (!rest.isEmpty() && all.size() > before && clock.nanos() - startNanos < CONTENT_NANOS);
        return all;
    }

    /** Returns whether a row is partial and would be admitted to memory. */
    private boolean needsContent(OutboxRow row) {
        return row.isPartial()
                && !destinations.keepsOut(row.aggregate())
                && !ordering.isPresent(row.key())
                && !ordering.deferred().contains(row.aggregate())
                && row.delayNanos() == 0;
    }

    private PageAdvance admitPage(
            PageRequest request, List<OutboxRow> rows, ContentReadResults contents, long nowNanos) {
        int admitted = 0;
        int accounted = 0;
        OutboxRow end = null;
        for (OutboxRow read : rows) {
            OutboxRow row = contents.of(read);
            if (needsContent(row)) {
                long waitNanos = contents.isFailed(read) ? DeferredReader.FAILURE_WAIT.toNanos() : 0;
                if (!contents.contains(read) && !ordering.deferUnread(row, nowNanos + waitNanos)) {
                    if (waitNanos == 0) {
                        return stopBefore(row, end, admitted, accounted, nowNanos);
                    }
                    ordering.skipUnread(row, nowNanos + waitNanos);
                    destinations.recordUnsentProbe(row.aggregate(), nowNanos);
                }
                // The row is read again by primary key, or another instance published or deleted it since it was read.
                end = row;
                accounted++;
                continue;
            }
            Ordering.Admission admission = admit(row, nowNanos);
            if (admission == Ordering.Admission.STOP) {
                return stopBefore(row, end, admitted, accounted, nowNanos);
            }
            end = row;
            admitted += admission == Ordering.Admission.ADMITTED ? 1 : 0;
            accounted += admission == Ordering.Admission.ADMITTED ? 0 : 1;
        }
        return new PageAdvance(end, admitted, accounted, rows.size() == request.limit());
    }

    /**
     * Ends a page before a row that can be neither admitted nor deferred. The next page begins with this row after the
     * backoff; without the backoff, it would follow at once and end here too.
     */
    private PageAdvance stopBefore(OutboxRow row, @Nullable OutboxRow end, int admitted, int accounted, long nowNanos) {
        cursors.of(row.aggregate().shard()).backOffUntil(nowNanos + backoffNanos);
        return new PageAdvance(end, admitted, accounted, true);
    }

    private Ordering.Admission admit(OutboxRow row, long nowNanos) {
        if (destinations.keepsOut(row.aggregate())) {
            if (ordering.deferred().contains(row.aggregate())) {
                // An earlier row of the aggregate may be on hold, so the aggregate cannot be the next probe.
                destinations.recordSkipped(row.aggregate(), row.position());
            } else {
                destinations.recordSkipped(row);
            }
            return Ordering.Admission.SKIPPED;
        }
        return ordering.admit(row, nowNanos);
    }

    @FunctionalInterface
    private interface CursorUpdate {
        void apply(ShardCursor cursor, PageAdvance page);
    }
}
