package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OrderingBounds;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.util.unit.DataSize;

class PredecessorReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int MAX_DEFERRED = 100;
    private static final int PAGE_BYTES = 1_000_000;
    private static final Aggregate PROBE = new Aggregate(3, "todo", "probe");
    private static final Aggregate OTHER = new Aggregate(4, "todo", "other");

    private final Ordering ordering = new Ordering(new OrderingBounds(100, 100, MAX_DEFERRED, 100));
    private final UnavailableDestinations destinations =
            new UnavailableDestinations(Backoff.between(SECOND, SECOND), aggregate -> 0);
    private final PageBudget budget = new PageBudget(100, PAGE_BYTES);

    @Test
    void aProbeWhosePredecessorIsOnHoldIsReplacedAndItsBlockStays() {
        OutboxRow predecessor = row(PROBE, 1, NOW.plusSeconds(8));
        destinations.block(destinations.partition(PROBE), row(PROBE, 2, null), true, 0, "no leader");
        destinations.recordSkipped(row(OTHER, 1, null));
        destinations.beginDueProbes(SECOND.toNanos(), type -> null);
        ordering.admit(row(PROBE, 2, null), 0);

        assertThat(readerOf(predecessor).check(0)).isTrue();

        assertThat(ordering.size()).isZero();
        assertThat(destinations.keepsOut(PROBE)).isTrue();
        assertThat(destinations.beginDueProbes(0, type -> null).probes())
                .containsExactly(new UnavailableDestinations.ProbedAggregate(OTHER, 1));
    }

    @Test
    void aProbeWhosePredecessorIsSkippedIsReplacedAndItsBlockStays() {
        OutboxRow predecessor = row(PROBE, 1, NOW.plusSeconds(8));
        deferAllThatHaveRoom();
        destinations.block(destinations.partition(PROBE), row(PROBE, 2, null), true, 0, "no leader");
        destinations.recordSkipped(row(OTHER, 1, null));
        destinations.beginDueProbes(SECOND.toNanos(), type -> null);
        ordering.admit(row(PROBE, 2, null), 0);

        assertThat(readerOf(predecessor).check(0)).isTrue();

        assertThat(ordering.size()).isZero();
        assertThat(ordering.deferred().size()).isEqualTo(MAX_DEFERRED);
        assertThat(destinations.keepsOut(PROBE)).isTrue();
        assertThat(destinations.beginDueProbes(0, type -> null).probes())
                .containsExactly(new UnavailableDestinations.ProbedAggregate(OTHER, 1));
    }

    @Test
    void anUnreadablePredecessorMakesASweepBeginAtTheRowThatWaitsForIt() {
        deferAllThatHaveRoom();
        ordering.admit(row(OTHER, 2, null), 0);
        StubQueries table = new StubQueries() {
            @Override
            public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
                throw new QueryTimeoutException("timed out", new SQLException("timed out", "57014"));
            }
        };

        assertThat(readerOf(table).check(0)).isTrue();

        assertThat(ordering.size()).isZero();
        assertThat(ordering.skippedHolds().removeDue(DeferredReader.FAILURE_WAIT.toNanos(), shard -> true))
                .containsExactly(Map.entry(OTHER.shard(), IndexPosition.from(NOW.minusMillis(1))));
    }

    private void deferAllThatHaveRoom() {
        for (int n = 0; n < MAX_DEFERRED; n++) {
            ordering.deferred().defer(new Aggregate(5, "todo", "deferred" + n), 1, Long.MAX_VALUE - 1);
        }
    }

    private PredecessorReader readerOf(OutboxRow predecessor) {
        return readerOf(new StubQueries() {
            @Override
            public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
                return List.of(new PredecessorRow(predecessors.getFirst(), predecessor));
            }
        });
    }

    private PredecessorReader readerOf(StubQueries table) {
        return new PredecessorReader(
                SECOND,
                table,
                ordering,
                destinations,
                new ContentReader(table, () -> 0, PAGE_BYTES),
                budget,
                new MemoryRoom(settings(), ordering, budget));
    }

    private static OutboxRow row(Aggregate aggregate, long version, @Nullable Instant nextAttemptAt) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                aggregate, version, new UUID(0, version), "todo.updated", json, json, NOW, 0, nextAttemptAt, NOW, 0);
    }

    private static PublishSettings settings() {
        return new PublishSettings(
                new PublishSettings.Polling(
                        SECOND,
                        SECOND,
                        SECOND,
                        SECOND,
                        100,
                        DataSize.ofBytes(PAGE_BYTES),
                        SECOND,
                        SECOND,
                        SECOND,
                        SECOND,
                        SECOND),
                new PublishSettings.Memory(1_000, DataSize.ofBytes(8 * PAGE_BYTES), 100, 100, 100, 100, 1_000_000, 100),
                new PublishSettings.Attempts(5, SECOND, SECOND),
                Backoff.between(SECOND, SECOND));
    }
}
