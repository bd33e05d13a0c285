package dev.studybuddy.publisher.publish;

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
import org.springframework.util.unit.DataSize;

/** This fixture marks rows of one shard with a writer that a test can let fail. */
abstract class MarkerFixture {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final int SHARD = 3;
    static final long WRITE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    static final Duration SPACING = Duration.ofMillis(20);
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

    final Ordering ordering = new Ordering(SETTINGS.memory().orderingBounds());
    final FakeWriter writer = new FakeWriter();
    final RefusalListener listener = new RefusalListener();
    final Set<Integer> servedShards = new HashSet<>(Set.of(SHARD));
    final Marker marker = new Marker(SETTINGS, writer, ordering, servedShards::contains, listener);
    private int acknowledgedRows;

    OutboxRow dispatch() {
        OutboxRow row = row(acknowledgedRows++);
        ordering.admit(row, 0);
        ordering.dispatch(SHARD, aggregate -> true, 0);
        return row;
    }

    void acknowledge(int rows) {
        for (int n = 0; n < rows; n++) {
            OutboxRow row = dispatch();
            ordering.acknowledge(row, 0);
            marker.addMark(new OutboxWriter.Mark(row, 0, acknowledgedRows), 0);
        }
    }

    /** Returns whether a batch was submitted. Its result arrives during the call. */
    boolean submits(long millis, boolean urgent) {
        long now = millis(millis);
        return marker.submit(now, urgent, (batch, result) -> marker.applyResult(batch, result, now));
    }

    /** Submits batches as long as one is due at this time, and returns their number. */
    int submitAll(long millis) {
        int statements = 0;
        while (submits(millis, true)) {
            statements++;
        }
        return statements;
    }

    static long millis(long millis) {
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
    static final class FakeWriter implements OutboxWriter {

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
    static final class RefusalListener extends NoOpListener {

        final Map<OutboxRow, Boolean> refused = new HashMap<>();

        @Override
        public void countRefused(OutboxRow row, String reason, boolean deadLettered) {
            refused.put(row, deadLettered);
        }
    }
}
