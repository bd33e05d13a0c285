package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

class SliceLengthTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final SliceLength slices = new SliceLength(TIMEOUT);
    private int timeouts;

    @Test
    void aSweepReadsEverythingAtOnceUntilAStatementTimesOut() {
        assertThat(slices.endAfter(IndexPosition.START, NOW)).isNull();

        slices.recordTimeout(new PageRequest(3, IndexPosition.START, 64), NOW);

        assertThat(slices.endAfter(IndexPosition.START, NOW)).isEqualTo(NOW.minus(Duration.ofDays(30)));
    }

    @Test
    void theFirstSliceIsOpenBelowAndTheLastOneAbove() {
        List<PageRequest> read = sweep(request -> 0);

        assertThat(read.getFirst().after()).isEqualTo(IndexPosition.START);
        assertThat(read.getLast().upTo()).isNull();
        for (int i = 1; i < read.size(); i++) {
            assertThat(read.get(i).after().createdAt())
                    .isEqualTo(read.get(i - 1).upTo());
        }
    }

    @Test
    void manyDeadEntriesOfTheLastHoursAreReadInAFewStatements() {
        // A statement passes 500 000 dead entries in a second, and 300 events per second were processed for 4 hours.
        Instant first = NOW.minus(Duration.ofHours(4));

        List<PageRequest> read = sweep(request -> {
            Instant from = latest(request.after().createdAt(), first);
            Instant upTo = request.upTo() == null ? NOW : request.upTo();
            return Math.max(0, Duration.between(from, upTo).toNanos()) * 300 / 500_000;
        });

        assertThat(read).hasSizeLessThan(60);
        assertThat(timeouts).isBetween(1, 8);
    }

    @Test
    void aFirstSliceThatTimesOutEndsEarlierTheNextTime() {
        // All dead entries are older than a year.
        Instant last = NOW.minus(Duration.ofDays(400));

        sweep(request -> {
            boolean passesAll = request.after().equals(IndexPosition.START)
                    && (request.upTo() == null || request.upTo().isAfter(last));
            return passesAll ? TIMEOUT.toNanos() : 0;
        });

        assertThat(timeouts).isBetween(2, 8);
    }

    @Test
    void aRowFromTheFutureIsFollowedByTheOpenSlice() {
        slices.recordTimeout(new PageRequest(3, IndexPosition.START, 64), NOW);

        assertThat(slices.endAfter(IndexPosition.from(NOW.plusSeconds(5)), NOW)).isNull();
    }

    @Test
    void aRowWithAnInfinitelyEarlyTimeIsFollowedByTheFirstSlice() {
        IndexPosition row = new IndexPosition(Instant.MIN, new UUID(0, 1));
        slices.recordTimeout(new PageRequest(3, row, 64), NOW);
        assertThat(slices.endAfter(row, NOW)).isEqualTo(NOW.minus(Duration.ofDays(30)));

        slices.recordTimeout(new PageRequest(3, row, NOW.minus(Duration.ofDays(30)), 64), NOW);
        assertThat(slices.endAfter(row, NOW)).isEqualTo(NOW.minus(Duration.ofDays(60)));
    }

    /** Sweeps the whole index, and returns the requests that did not time out. */
    private List<PageRequest> sweep(ToLongFunction<PageRequest> durationNanos) {
        slices.recordTimeout(new PageRequest(3, IndexPosition.START, 64), NOW);
        timeouts = 1;
        List<PageRequest> read = new ArrayList<>();
        IndexPosition from = IndexPosition.START;
        while (from != null && read.size() < 10_000) {
            PageRequest request = new PageRequest(3, from, slices.endAfter(from, NOW), 64);
            long took = durationNanos.applyAsLong(request);
            if (took >= TimeUnit.SECONDS.toNanos(1)) {
                slices.recordTimeout(request, NOW);
                timeouts++;
                assertThat(timeouts).isLessThan(100);
            } else {
                slices.recordRead(took);
                read.add(request);
                Instant end = request.upTo();
                from = end == null ? null : IndexPosition.from(end);
            }
        }
        return read;
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
