package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.RowKey;
import dev.studybuddy.publisher.ordering.TestBytes;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class MarkerTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final int SHARD = 3;
    private static final long WRITE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Duration SPACING = Duration.ofMillis(20);
    private static final PublishSettings SETTINGS = new PublishSettings(
            new PublishSettings.Polling(
                    Duration.ofMillis(100),
                    Duration.ofMillis(500),
                    Duration.ofMillis(5),
                    SPACING,
                    200,
                    DataSize.ofMegabytes(8),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1),
                    Duration.ofHours(1),
                    Duration.ofSeconds(60)),
            new PublishSettings.Memory(1000, DataSize.ofMegabytes(64), 100, 100, 100, 1000, 1_000_000, 1000),
            new PublishSettings.Attempts(5, Duration.ofSeconds(1), Duration.ofMinutes(1)),
            new Backoff(Duration.ofHours(1), Duration.ofHours(2), new Random(1)));

    private final Ordering ordering = new Ordering(SETTINGS.memory().orderingBounds());
    private final FakeWriter writer = new FakeWriter();
    private final RefusalListener listener = new RefusalListener();
    private final Set<Integer> servedShards = new HashSet<>(Set.of(SHARD));
    private final Marker marker = new Marker(SETTINGS, writer, ordering, servedShards::contains, listener);
    private int acknowledgedRows;

    @Test
    void aSingleMarkIsWrittenAtOnceAndAFewMoreWaitFiveSpacings() {
        acknowledge(1);
        assertThat(submits(0, false)).isTrue();

        acknowledge(15);
        assertThat(submits(20, false)).isFalse();
        assertThat(marker.nextNanos(0)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(submits(100, false)).isTrue();
        assertThat(marker.nextNanos(0)).as("no mark waits").isNull();
    }

    @Test
    void sixteenMarksWaitOneSpacing() {
        acknowledge(1);
        submits(0, false);

        acknowledge(16);
        assertThat(marker.nextNanos(0)).isEqualTo(SPACING.toNanos());
        assertThat(submits(19, false)).isFalse();
        assertThat(submits(20, false)).isTrue();
    }

    @Test
    void aQuarterPageOfMarksAndAnUrgentMarkAreWrittenAtOnce() {
        acknowledge(1);
        submits(0, false);

        acknowledge(49);
        assertThat(submits(1, false)).isFalse();
        acknowledge(1);
        assertThat(submits(1, false)).isTrue();
        acknowledge(1);
        assertThat(submits(1, true)).isTrue();
    }

    @Test
    void aRowThatFailsAloneIsSetAsideAndAllOthersAreMarked() {
        writer.reject(77, OutboxWriter.Reason.LOCKED);
        acknowledge(200);

        int statements = submitAll(0);

        assertThat(ordering.size()).as("rows without a mark").isOne();
        assertThat(marker.unmarkedRows()).isEqualTo(new PublishLoop.UnmarkedRows(1, OutboxWriter.Reason.LOCKED));
        assertThat(statements).as("statements").isLessThanOrEqualTo(1 + 2 * 8);
    }

    @Test
    void aRowThatWasSetAsideIsRetriedAfterABackoffAndMarked() {
        writer.reject(0, OutboxWriter.Reason.ERROR);
        acknowledge(1);
        submitAll(0);

        assertThat(marker.nextNanos(0)).isBetween(millis(50), millis(100));
        assertThat(submits(49, false)).as("a retry before its backoff is over").isFalse();
        assertThat(submits(100, false)).isTrue();
        assertThat(marker.unmarkedRows().count()).isOne();

        writer.rejected.clear();
        assertThat(submits(1_000, false)).isTrue();
        assertThat(marker.unmarkedRows()).isEqualTo(new PublishLoop.UnmarkedRows(0, null));
        assertThat(ordering.size()).isZero();
        assertThat(marker.nextNanos(millis(1_000))).isNull();
    }

    @Test
    void aRowThatWasSetAsideCountsDuringItsRetry() {
        writer.reject(0, OutboxWriter.Reason.LOCKED);
        acknowledge(1);
        submitAll(0);
        PublishLoop.UnmarkedRows locked = new PublishLoop.UnmarkedRows(1, OutboxWriter.Reason.LOCKED);
        List<PublishLoop.UnmarkedRows> during = new ArrayList<>();

        assertThat(marker.submit(millis(100), false, (batch, result) -> during.add(marker.unmarkedRows())))
                .isTrue();

        assertThat(during).containsExactly(locked);
        assertThat(marker.unmarkedRows()).as("before the result arrives").isEqualTo(locked);
    }

    @Test
    void rowsThatWereSetAsideAndNewMarksTakeTurns() {
        for (int row = 0; row < 10; row++) {
            writer.reject(3 * row, OutboxWriter.Reason.LOCKED);
        }
        acknowledge(30);
        submitAll(0);
        assertThat(marker.unmarkedRows().count()).isEqualTo(10);

        writer.sizes.clear();
        for (int n = 0; n < 4; n++) {
            acknowledge(50);
            assertThat(submits(10_000, false)).isTrue();
            assertThat(submits(10_000, false)).isTrue();
        }

        assertThat(writer.sizes).containsExactlyInAnyOrder(50, 1, 50, 1, 50, 1, 50, 1);
        assertThat(ordering.size()).isEqualTo(10);
    }

    @Test
    void anAttemptThatCannotBeWrittenIsSeparatedFromMarks() {
        OutboxRow refused = dispatch();
        OutboxRow other = dispatch();
        writer.reject(0, OutboxWriter.Reason.ERROR);
        acknowledge(20);
        marker.addFailure(new OutboxWriter.Failure.Attempt(refused, 1, "refused", Duration.ofSeconds(1)));
        marker.addFailure(new OutboxWriter.Failure.DeadLetter(other, 1, "refused"));

        submitAll(0);

        assertThat(marker.unmarkedRows()).isEqualTo(new PublishLoop.UnmarkedRows(1, OutboxWriter.Reason.ERROR));
        assertThat(ordering.size()).as("the refused row").isOne();
    }

    @Test
    void theRowsThatWereSetAsideInADrainingShardAreFinished() {
        OutboxRow refused = dispatch();
        writer.reject(0, OutboxWriter.Reason.LOCKED);
        writer.reject(1, OutboxWriter.Reason.LOCKED);
        acknowledge(20);
        marker.addFailure(new OutboxWriter.Failure.Attempt(refused, 1, "refused", Duration.ofSeconds(1)));
        submitAll(0);
        assertThat(ordering.countUnfinished(SHARD)).isEqualTo(2);

        servedShards.remove(SHARD);
        submits(1, true);

        assertThat(ordering.countUnfinished(SHARD)).isZero();
        assertThat(ordering.size()).isZero();
        assertThat(marker.unmarkedRows().count()).isZero();
    }

    @Test
    void aSlowWriteMakesTheNextBatchesSmallerUntilTheyAreFast() {
        writer.durationNanos = TimeUnit.SECONDS.toNanos(2);
        acknowledge(400);
        submits(0, false);
        submits(1, false);
        writer.durationNanos = WRITE_NANOS;
        acknowledge(150);
        submitAll(1_000);

        assertThat(writer.sizes).startsWith(200, 50, 16, 32, 64, 128);
        assertThat(ordering.size()).isZero();
    }

    @Test
    void aTimeoutHalvesTheBatchesUntilTheServerAcceptsThem() {
        writer.largestBatch = 60;
        acknowledge(200);
        submitAll(0);
        acknowledge(200);
        submitAll(1_000);

        assertThat(ordering.size()).isZero();
        assertThat(marker.unmarkedRows().count()).isZero();
        assertThat(writer.sizes).startsWith(200, 100, 50, 50, 100, 50, 50).doesNotContain(199);
    }

    @Test
    void anUnreachableDatabaseLeavesTheBatchWhole() {
        writer.reachable = false;
        acknowledge(200);
        assertThat(submits(0, false)).isTrue();
        assertThat(submits(49, false)).as("a retry before its backoff is over").isFalse();
        assertThat(submits(100, false)).isTrue();
        writer.reachable = true;
        submitAll(1_000);

        assertThat(writer.sizes).containsExactly(200, 200, 200);
        assertThat(ordering.size()).isZero();
    }

    @Test
    void aLongOutageOfTheDatabaseDelaysMarksByAtMostFiveSeconds() {
        writer.reachable = false;
        acknowledge(1);
        long nowMillis = 0;
        for (int n = 0; n < 20; n++) {
            submits(nowMillis, false);
            nowMillis += 5_000;
        }
        assertThat(writer.sizes).as("attempts").hasSize(20);
        writer.reachable = true;

        assertThat(submits(nowMillis, false)).isTrue();
        assertThat(ordering.size()).isZero();
    }

    @Test
    void writesThatAllFailBackOffAndNewBatchesWait() {
        writer.largestBatch = 0;
        for (int n = 0; n < 5; n++) {
            acknowledge(200);
        }
        for (int second = 0; second < 600; second++) {
            submitAll(1_000L * second);
        }

        // A few batches are split and wait; the other marks wait in the queue.
        assertThat(marker.unmarkedRows().count()).isBetween(1, 450);
        assertThat(writer.sizes.size()).as("statements in ten minutes").isLessThan(5_000);

        writer.largestBatch = Integer.MAX_VALUE;
        for (int second = 600; second < 700; second++) {
            submitAll(1_000L * second);
        }
        assertThat(ordering.size()).isZero();
    }

    @Test
    void aRefusalIsCountedWhenItsWriteTookEffect() {
        OutboxRow refused = dispatch();
        OutboxRow deadLettered = dispatch();
        marker.addFailure(new OutboxWriter.Failure.Attempt(refused, 1, "refused", Duration.ofSeconds(1)));
        marker.addFailure(new OutboxWriter.Failure.DeadLetter(deadLettered, 1, "refused"));
        writer.reachable = false;
        submits(0, false);
        assertThat(listener.refused).isEmpty();

        writer.reachable = true;
        submitAll(1_000);

        assertThat(listener.refused).containsOnly(Map.entry(refused, false), Map.entry(deadLettered, true));
    }

    @Test
    void aFencedDeadLetterIsNotCounted() {
        OutboxRow fenced = dispatch();
        writer.fenced.add(fenced.key());
        marker.addFailure(new OutboxWriter.Failure.DeadLetter(fenced, 1, "refused"));

        submitAll(0);

        assertThat(listener.refused).isEmpty();
        assertThat(ordering.deferred().contains(fenced.aggregate())).isTrue();
    }

    private OutboxRow dispatch() {
        OutboxRow row = row(acknowledgedRows++);
        ordering.admit(row, 0);
        ordering.dispatch(SHARD, aggregate -> true, 0);
        return row;
    }

    private void acknowledge(int rows) {
        for (int n = 0; n < rows; n++) {
            OutboxRow row = dispatch();
            ordering.acknowledge(row, 0);
            marker.addMark(new OutboxWriter.Mark(row, 0, acknowledgedRows), 0);
        }
    }

    /** Returns whether a batch was submitted. Its result arrives during the call. */
    private boolean submits(long millis, boolean urgent) {
        long now = millis(millis);
        return marker.submit(now, urgent, (batch, result) -> marker.applyResult(batch, result, now));
    }

    /** Submits batches as long as one is due at this time, and returns their number. */
    private int submitAll(long millis) {
        int statements = 0;
        while (submits(millis, true)) {
            statements++;
        }
        return statements;
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static OutboxRow row(int n) {
        return new OutboxRow(
                new Aggregate(SHARD, "todo", "a" + n),
                1,
                new UUID(0, n),
                "todo.created",
                TestBytes.utf8("{}"),
                TestBytes.utf8("{}"),
                NOW,
                0,
                null,
                NOW,
                0);
    }

    /** Accepts batches, except for those that have a rejected row or too many rows. */
    private static final class FakeWriter implements OutboxWriter {

        final Map<UUID, Reason> rejected = new HashMap<>();
        final List<RowKey> fenced = new ArrayList<>();
        final List<Integer> sizes = new ArrayList<>();
        int largestBatch = Integer.MAX_VALUE;
        long durationNanos = WRITE_NANOS;
        boolean reachable = true;

        void reject(int row, Reason reason) {
            rejected.put(new UUID(0, row), reason);
        }

        @Override
        public void submit(Batch batch, ResultSink sink) {
            sizes.add(batch.size());
            sink.accept(batch, result(batch));
        }

        private Result result(Batch batch) {
            RuntimeException cause = new IllegalStateException("rejected");
            if (!reachable) {
                return new Result.Unreachable(cause);
            }
            if (batch.size() > largestBatch) {
                return new Result.Failed(Reason.TIMED_OUT, cause);
            }
            return Stream.concat(
                            batch.marks().stream().map(Mark::row),
                            batch.failures().stream().map(Failure::row))
                    .map(row -> rejected.get(row.id()))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .<Result>map(reason -> new Result.Failed(reason, cause))
                    .orElseGet(() -> new Result.Written(0, List.copyOf(fenced), durationNanos));
        }
    }

    /** Records each refused row, and whether it was dead-lettered. */
    private static final class RefusalListener extends NoOpListener {

        final Map<OutboxRow, Boolean> refused = new HashMap<>();

        @Override
        public void countRefused(OutboxRow row, String reason, boolean deadLettered) {
            refused.put(row, deadLettered);
        }
    }
}
