package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.lease.OwnedShards;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.lease.StartingPoint;
import dev.studybuddy.publisher.lease.StartingPoints;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.util.unit.DataSize;

class OutboxReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final PublishSettings SETTINGS = settings(64);
    private static final int BACKLOG = 40;
    private static final int LARGE_ROW = 60;
    /** A row of this size takes the part of the memory that long contents may use. */
    private static final int LARGE_BYTES = 52_000_000;

    private final Table table = new Table();
    private final ShardLeases leases = OwnedShards.of(NOW, 1, 2, 3);
    private final Ordering ordering = new Ordering(SETTINGS.memory().orderingBounds());
    private final UnavailableDestinations destinations =
            new UnavailableDestinations(SETTINGS.backoff(), aggregate -> 0);
    private final OutboxReader reader = reader(SETTINGS);

    @Test
    void aShardThatIsTakenIsReadBeforeTheSweepsOfOtherShards() {
        readPages(4);
        assertThat(table.reads).as("the backlogs of three shards, then a sweep").containsExactly(1, 2, 3, 1);

        OwnedShards.take(leases, 50);
        readPages(3);

        assertThat(table.reads.subList(4, 7)).containsExactly(50, 2, 3);
    }

    @Test
    void aShardWithABacklogTakesTurnsWithTheSweeps() {
        readPages(3);
        OwnedShards.take(leases, BACKLOG, 50);

        readPages(7);

        assertThat(table.reads.subList(3, 10)).containsExactly(BACKLOG, 1, 50, BACKLOG, 2, BACKLOG, 3);
    }

    @Test
    void aShardWhoseNextLargeRowHasNoRoomBacksOff() {
        readPages(6);
        OwnedShards.take(leases, LARGE_ROW);
        ordering.deferred().defer(new Aggregate(1, "todo", "deferred"), 1, Long.MAX_VALUE);
        ordering.admit(rowOf(1, new byte[LARGE_BYTES]), 0);
        readPages(1);

        assertThat(reader.readNextPage(INTERVAL.toNanos() - 1)).isFalse();
        assertThat(reader.readNextPage(INTERVAL.toNanos())).isTrue();
        assertThat(ordering.size()).isOne();
    }

    @Test
    void aPollThatWaitsForATransactionIsRepeatedEachFiveSecondsWithAllRows() {
        readPages(6);
        table.pollFailure = new QueryTimeoutException("locked", new SQLException("locked", "55P03"));
        poll(0);

        for (int n = 0; n < 4; n++) {
            long nowNanos = n * LOCK_WAIT.toNanos();
            for (int shard = 0; shard < 3; shard++) {
                poll(nowNanos);
            }
        }

        assertThat(table.polls).as("one statement, then four of each shard").hasSize(1 + 4 * 3);
        assertThat(table.polls.subList(1, 13)).containsOnly(table.polls.get(1));
    }

    @Test
    void aSweepThatWaitedForALockIsRepeatedAfterFiveSeconds() {
        readPages(3);
        table.sweepFailure = new QueryTimeoutException("locked", new SQLException("locked", "55P03"));
        table.reads.clear();

        for (int n = 0; n < 4; n++) {
            for (int shard = 0; shard < 3; shard++) {
                assertThat(reader.readNextPage(n * LOCK_WAIT.toNanos())).isTrue();
            }
            assertThat(reader.readNextPage((n + 1) * LOCK_WAIT.toNanos() - 1)).isFalse();
        }

        assertThat(table.reads).containsExactly(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3);
        assertThat(table.sliceEnds).as("the ends of the slices").isEmpty();
    }

    /** Rows of one creation time cannot be divided by time, and a page of few rows is read without contents. */
    @Test
    void aSweepThatTimedOutReadsFewRowsAtATime() {
        OutboxReader large = reader(settings(4096));
        large.cursors().update(0, type -> null);
        for (int shard = 0; shard < 3; shard++) {
            assertThat(large.readNextPage(0)).isTrue();
        }
        table.sweepLimits.clear();
        table.sweepFailure = new QueryTimeoutException("timed out", new SQLException("timed out", "57014"));
        for (int shard = 0; shard < 3; shard++) {
            assertThat(large.readNextPage(0)).isTrue();
        }
        assertThat(table.sweepLimits).containsOnly(4096);
        table.sweepLimits.clear();

        for (int shard = 0; shard < 3; shard++) {
            assertThat(large.readNextPage(Duration.ofMinutes(2).toNanos())).isTrue();
        }

        assertThat(table.sweepLimits).containsOnly(512);
    }

    @Test
    void aBacklogPageThatWaitsForATransactionKeepsItsWholeSlice() {
        table.sweepFailure = new QueryTimeoutException("locked", new SQLException("locked", "55P03"));
        readPages(3);

        assertThat(reader.readNextPage(LOCK_WAIT.toNanos())).isTrue();

        assertThat(table.reads).containsExactly(1, 2, 3, 1);
        assertThat(table.sliceEnds).as("the ends of the slices").isEmpty();
    }

    @Test
    void aBacklogPageThatLosesTheConnectionKeepsItsWholeSlice() {
        reader.cursors().update(0, type -> null);
        table.sweepFailure =
                new DataAccessResourceFailureException("no server", new SQLException("no server", "08006"));

        for (int n = 0; n < 9; n++) {
            assertThatThrownBy(() -> reader.readNextPage(0)).isSameAs(table.sweepFailure);
        }

        assertThat(table.reads).hasSize(9);
        assertThat(table.sliceEnds).as("the ends of the slices").isEmpty();
    }

    @Test
    void anAggregateOnHoldIsNotTheNextProbe() {
        readPages(6);
        OutboxRow probe = rowOf(2, TestBytes.utf8("{}"));
        OutboxRow onHold = rowOf(1, TestBytes.utf8("{}"));
        ordering.deferred().defer(onHold.aggregate(), 1, Long.MAX_VALUE - 1);
        destinations.block(destinations.partition(probe.aggregate()), probe, true, 0, "no leader");
        table.polled = List.of(onHold);
        poll(0);

        for (int n = 1; n <= 6; n++) {
            assertThat(destinations
                            .beginDueProbes(n * LOCK_WAIT.toNanos(), type -> null)
                            .probes())
                    .extracting(UnavailableDestinations.ProbedAggregate::aggregate)
                    .containsExactly(probe.aggregate());
            destinations.block(
                    destinations.partition(probe.aggregate()), probe, true, n * LOCK_WAIT.toNanos(), "no leader");
        }
    }

    @Test
    void aPollNamesTheRowsInMemory() {
        readPages(6);
        OutboxRow present = rowOf(2, TestBytes.utf8("{}"));
        ordering.admit(present, 0);

        poll(0);

        assertThat(table.polled(2).present()).containsExactly(present.id());
        assertThat(table.polled(1).present()).isEmpty();
    }

    private OutboxReader reader(PublishSettings settings) {
        return new OutboxReader(
                settings,
                table,
                ordering,
                destinations,
                leases,
                new PresentStartingPoints(),
                () -> 0,
                new NoOpListener());
    }

    private void poll(long nowNanos) {
        reader.poll(nowNanos, PollSchedule.ALL);
    }

    private static OutboxRow rowOf(int shard, byte[] payload) {
        UUID id = UUID.randomUUID();
        return new OutboxRow(
                new Aggregate(shard, "todo", id.toString()),
                1,
                id,
                "todo.created",
                payload,
                TestBytes.utf8("{}"),
                NOW,
                0,
                null,
                NOW,
                0);
    }

    private void readPages(int pages) {
        for (int n = 0; n < pages; n++) {
            reader.cursors().update(0, type -> null);
            assertThat(reader.readNextPage(0)).isTrue();
        }
    }

    private static PublishSettings settings(int page) {
        return new PublishSettings(
                new PublishSettings.Polling(
                        INTERVAL,
                        Duration.ofMillis(500),
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        page,
                        DataSize.ofMegabytes(8),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        Duration.ofHours(1),
                        Duration.ofSeconds(60)),
                new PublishSettings.Memory(10_000, DataSize.ofMegabytes(64), 10_000, 1000, 1, 10_000, 16_000_000, 100),
                new PublishSettings.Attempts(5, Duration.ofSeconds(1), Duration.ofMinutes(1)),
                Backoff.between(Duration.ofSeconds(1), Duration.ofSeconds(1)));
    }

    /**
     * This table has a backlog without an end in one shard, a large row in another one, and no rows in the others. It
     * records the shards of the pages.
     */
    private static final class Table extends StubQueries {

        private final List<Integer> reads = new ArrayList<>();
        /** This list holds the number of rows that each page of a sweep or of a backlog requests. */
        private final List<Integer> sweepLimits = new ArrayList<>();
        /** This list holds the number of rows that each poll requests. */
        private final List<Integer> polls = new ArrayList<>();

        /** This list holds the end of each slice that is not open. */
        private final List<Instant> sliceEnds = new ArrayList<>();

        private List<OutboxRow> polled = List.of();
        private List<PageRequest> lastPoll = List.of();
        private @Nullable DataAccessException sweepFailure;
        private @Nullable DataAccessException pollFailure;

        @Override
        public List<OutboxRow> readPages(List<PageRequest> requests) {
            lastPoll = requests;
            polls.add(requests.stream().mapToInt(PageRequest::limit).sum());
            if (pollFailure != null) {
                throw pollFailure;
            }
            return polled;
        }

        private PageRequest polled(int shard) {
            return lastPoll.stream()
                    .filter(request -> request.shard() == shard)
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public List<OutboxRow> readSweepPages(List<PageRequest> requests) {
            int shard = requests.getFirst().shard();
            reads.add(shard);
            requests.forEach(request -> sweepLimits.add(request.limit()));
            requests.stream().map(PageRequest::upTo).filter(Objects::nonNull).forEach(sliceEnds::add);
            if (sweepFailure != null) {
                throw sweepFailure;
            }
            byte[] json = TestBytes.utf8("{}");
            return switch (shard) {
                case BACKLOG ->
                    IntStream.range(0, requests.getFirst().limit())
                            .mapToObj(n -> rowOf(shard, json))
                            .toList();
                case LARGE_ROW -> List.of(rowOf(shard, json).toPartial());
                default -> List.of();
            };
        }
    }

    /** Returns a starting point for each shard, so that a sweep of the earlier rows follows. */
    private static final class PresentStartingPoints implements StartingPoints {

        @Override
        public Map<Integer, Instant> read(Collection<Integer> shards) {
            return shards.stream().collect(Collectors.toMap(shard -> shard, shard -> NOW));
        }

        @Override
        public int write(String instance, Collection<StartingPoint> points) {
            return points.size();
        }
    }
}
