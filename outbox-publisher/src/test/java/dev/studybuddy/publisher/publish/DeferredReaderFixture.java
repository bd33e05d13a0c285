package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.lease.OwnedShards;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.RowKey;
import dev.studybuddy.publisher.ordering.TestBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.util.unit.DataSize;

/** This fixture reads deferred rows of one shard from a table that a test can let fail. */
abstract class DeferredReaderFixture {

    static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    static final int SHARD = 3;
    private static final int PAGE_BYTES = 8 * 1024 * 1024;
    static final int MEMORY_BYTES = 8 * PAGE_BYTES;
    static final PublishSettings SETTINGS = settings();

    final Table table = new Table();
    final Ordering ordering = new Ordering(SETTINGS.memory().orderingBounds());
    final UnavailableDestinations destinations = new UnavailableDestinations(SETTINGS.backoff(), aggregate -> 0);
    final DeferredReader reader = reader(OwnedShards.of(NOW, SHARD));

    DeferredReader reader(ShardLeases leases) {
        return reader(SETTINGS, leases);
    }

    DeferredReader reader(PublishSettings settings, ShardLeases leases) {
        return new DeferredReader(
                settings,
                () -> table.nowNanos,
                table,
                ordering,
                destinations,
                leases,
                new ContentReader(table, () -> table.nowNanos, PAGE_BYTES),
                new MemoryRoom(SETTINGS, ordering, new PageBudget(4096, PAGE_BYTES)));
    }

    void defer(OutboxRow row) {
        table.rows.put(row.key(), row);
        ordering.deferred().deferRow(row, 10);
    }

    /** Defers an aggregate of which several rows may have left memory. */
    void deferVersions(OutboxRow row) {
        table.rows.put(row.key(), row);
        ordering.deferred().defer(row.aggregate(), row.version(), 10);
    }

    static OutboxRow row(String id) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                new Aggregate(SHARD, "todo", id),
                1,
                UUID.randomUUID(),
                "todo.updated",
                json,
                json,
                NOW,
                0,
                null,
                NOW,
                0);
    }

    private static PublishSettings settings() {
        Duration second = Duration.ofSeconds(1);
        return new PublishSettings(
                new PublishSettings.Polling(
                        second,
                        second,
                        second,
                        second,
                        4096,
                        DataSize.ofBytes(PAGE_BYTES),
                        second,
                        second,
                        second,
                        second,
                        second),
                new PublishSettings.Memory(
                        20_000, DataSize.ofBytes(MEMORY_BYTES), 10_000, 1000, 10_000, 10_000, 16_000_000, 100),
                new PublishSettings.Attempts(5, second, second),
                Backoff.between(second, second));
    }

    /** Holds rows, and records each read of them. */
    static final class Table extends StubQueries {

        static final int LARGE_BYTES = 1_000_000;
        private static final Duration TIMEOUT = Duration.ofSeconds(2);

        final Map<RowKey, OutboxRow> rows = new LinkedHashMap<>();
        final List<String> reads = new ArrayList<>();
        Aggregate unreadable = new Aggregate(0, "", "");
        boolean contentsFail;
        boolean sizesTimeOut;
        int timeouts;
        long nowNanos;
        /** A statement that reads rows takes this time. */
        long readNanos;

        @Override
        public List<OutboxRow> readRows(List<RowKey> keys) {
            reads.add(keys.size() + " rows");
            nowNanos += readNanos;
            if (keys.stream().anyMatch(key -> key.aggregate().equals(unreadable))) {
                throw new QueryTimeoutException("timed out");
            }
            return keys.stream().filter(rows::containsKey).map(rows::get).toList();
        }

        @Override
        public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
            reads.add("versions");
            nowNanos += readNanos;
            if (aggregate.equals(unreadable)) {
                throw new QueryTimeoutException("timed out");
            }
            return rows.values().stream()
                    .filter(row -> row.aggregate().equals(aggregate) && row.version() >= version)
                    .toList();
        }

        @Override
        public List<Long> readContentBytes(List<OutboxRow> partial, long limit) {
            if (sizesTimeOut && limit > 0) {
                timeouts++;
                nowNanos += TIMEOUT.toNanos();
                throw new QueryTimeoutException("timed out");
            }
            return partial.stream().map(row -> (long) LARGE_BYTES).toList();
        }

        @Override
        public List<OutboxRow> readContents(List<OutboxRow> partial) {
            if (contentsFail) {
                throw new QueryTimeoutException("timed out");
            }
            return partial.stream()
                    .map(row -> row.complete("todo.updated", new byte[LARGE_BYTES], TestBytes.utf8("{}")))
                    .toList();
        }
    }
}
