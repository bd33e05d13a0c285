package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.lease.OwnedShards;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.Dispatch;
import dev.studybuddy.publisher.ordering.DispatchOutcome;
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
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.util.unit.DataSize;

class DeferredReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final int SHARD = 3;
    private static final int PAGE_BYTES = 8 * 1024 * 1024;
    private static final int MEMORY_BYTES = 8 * PAGE_BYTES;
    private static final PublishSettings SETTINGS = settings();

    private final Table table = new Table();
    private final Ordering ordering = new Ordering(SETTINGS.memory().orderingBounds());
    private final UnavailableDestinations destinations =
            new UnavailableDestinations(SETTINGS.backoff(), aggregate -> 0);
    private final DeferredReader reader = reader(OwnedShards.of(NOW, SHARD));

    private DeferredReader reader(ShardLeases leases) {
        return reader(SETTINGS, leases);
    }

    private DeferredReader reader(PublishSettings settings, ShardLeases leases) {
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

    @Test
    void oneStatementReadsTheOnlyRowsOfManyAggregates() {
        for (int n = 0; n < 500; n++) {
            defer(row("a" + n));
        }

        assertThat(reader.read(10)).isTrue();

        assertThat(table.reads).containsExactly("500 rows");
        assertThat(ordering.size()).isEqualTo(500);
        assertThat(ordering.deferred().size()).isZero();
        assertThat(reader.read(10)).isFalse();
    }

    @Test
    void aRowThatIsNoLongerPendingIsRemoved() {
        OutboxRow gone = row("gone");
        defer(gone);
        table.rows.clear();

        assertThat(reader.read(10)).isTrue();

        assertThat(ordering.size()).isZero();
        assertThat(ordering.deferred().size()).isZero();
    }

    @Test
    void anAttemptInTheFarFutureIsDueAfterAnHourOnHoldWhateverTheLongestWaitIs() {
        PublishSettings settings = new PublishSettings(
                SETTINGS.polling(),
                SETTINGS.memory(),
                new PublishSettings.Attempts(5, Duration.ofSeconds(1), Duration.ofHours(1)),
                SETTINGS.backoff());
        defer(row("future").withNextAttemptAt(NOW.plus(Duration.ofDays(10_000))));
        defer(row("hold").withNextAttemptAt(NOW.plus(Duration.ofMinutes(59))));

        assertThat(reader(settings, OwnedShards.of(NOW, SHARD)).read(10)).isTrue();

        assertThat(ordering.size()).as("the row of the far future").isOne();
        assertThat(ordering.deferred().size())
                .as("the row with a possible time")
                .isOne();
    }

    @Test
    void aStatementThatFailsIsRepeatedWithFewerRowsUntilItReadsOneRow() {
        for (String id : List.of("a", "b", "c")) {
            defer(row(id));
        }
        table.unreadable = new ArrayList<>(table.rows.keySet()).getFirst().aggregate();

        for (int n = 0; n < 10 && ordering.size() < 2; n++) {
            assertThat(reader.read(10)).isTrue();
        }

        assertThat(ordering.size()).isEqualTo(2);
        assertThat(ordering.deferred().contains(table.unreadable)).isTrue();
        assertThat(reader.nextNanos()).isEqualTo(10 + Duration.ofSeconds(5).toNanos());
    }

    @Test
    void oneStepReadsOneAggregateWhoseContentTimesOut() {
        for (int n = 0; n < 8; n++) {
            deferVersions(row("slow" + n).toPartial());
        }
        table.sizesTimeOut = true;

        for (int n = 1; n <= 8; n++) {
            assertThat(reader.read(10)).isTrue();
            assertThat(table.timeouts).isEqualTo(n);
        }

        assertThat(ordering.size()).as("rows with a content fault").isEqualTo(8);
    }

    @Test
    void aSlowPartIsFollowedByTheOthersInTheNextStep() {
        for (String id : List.of("a", "b")) {
            defer(row(id));
        }
        deferVersions(row("versions"));
        table.readNanos = Duration.ofMillis(200).toNanos();

        assertThat(reader.read(10)).isTrue();
        assertThat(table.reads).containsExactly("2 rows");
        assertThat(reader.read(10)).isTrue();
        assertThat(table.reads).containsExactly("2 rows", "versions");
    }

    @Test
    void longContentsLeaveAPartOfTheMemoryToOtherRows() {
        for (int n = 0; n < 100; n++) {
            defer(row("large" + n).toPartial());
        }
        defer(row("small"));

        while (reader.read(10)) {
            assertThat(ordering.bytes()).isLessThan(MEMORY_BYTES * 3L / 4 + 2 * Table.LARGE_BYTES + 10_000);
        }

        assertThat(ordering.isPresent(table.rows.values().stream()
                        .filter(row -> row.aggregate().id().equals("small"))
                        .findFirst()
                        .orElseThrow()
                        .key()))
                .isTrue();
        assertThat(ordering.deferred().size()).isPositive();
        assertThat(reader.nextNanos())
                .as("nothing is read before memory has room")
                .isNull();

        Dispatch sent = ordering.dispatch(SHARD, aggregate -> true, 10);
        while (sent != null) {
            ordering.acknowledge(sent.row(), 10);
            ordering.finishDispatch(sent.row(), new DispatchOutcome.Marked(), 10);
            sent = ordering.dispatch(SHARD, aggregate -> true, 10);
        }
        assertThat(reader.nextNanos()).isNotNull();
        assertThat(reader.read(10)).isTrue();
    }

    @Test
    void aRowWhoseContentCannotBeReadNowIsReadAgainAfterAWait() {
        defer(row("large").toPartial());
        table.contentsFail = true;

        assertThat(reader.read(10)).isTrue();

        assertThat(ordering.size()).isZero();
        assertThat(reader.nextNanos()).isEqualTo(10 + DeferredReader.FAILURE_WAIT.toNanos());
        table.contentsFail = false;
        assertThat(reader.read(10 + DeferredReader.FAILURE_WAIT.toNanos())).isTrue();
        assertThat(ordering.size()).isOne();
    }

    @Test
    void aLargeProbeIsReadWhileMemoryHasNoRoomForOtherLongContents() {
        for (int n = 0; n < 100; n++) {
            defer(row("large" + n).toPartial());
        }
        while (reader.read(10)) {
            assertThat(ordering.size()).isLessThan(100);
        }
        OutboxRow probe = row("probe").toPartial();
        beginProbe(probe);

        assertThat(reader.read(10)).isTrue();

        assertThat(ordering.isPresent(probe.key())).isTrue();
        assertThat(destinations.isUnavailable(probe.aggregate())).isTrue();
    }

    @Test
    void aProbeWhoseContentCannotBeReadNowKeepsItsBlock() {
        OutboxRow probe = row("probe").toPartial();
        beginProbe(probe);
        table.contentsFail = true;

        assertThat(reader.read(10)).isTrue();

        destinations.beginDueProbes(Long.MAX_VALUE, type -> null);
        assertThat(destinations.isUnavailable(probe.aggregate())).isTrue();
        assertThat(ordering.deferred().contains(probe.aggregate())).isTrue();
    }

    @Test
    void aProbeWhoseRowsAreOnHoldIsReplacedAndItsBlockStays() {
        OutboxRow onHold = row("onHold").withNextAttemptAt(NOW.plusMillis(500));
        OutboxRow other = row("other");
        beginProbe(onHold);
        destinations.recordSkipped(other);

        assertThat(reader.read(10)).isTrue();

        assertThat(destinations.keepsOut(other.aggregate())).isTrue();
        assertThat(destinations.beginDueProbes(10, type -> null).probes())
                .containsExactly(new UnavailableDestinations.ProbedAggregate(other.aggregate(), 1));
        assertThat(ordering.deferred().isOnHold(onHold.aggregate())).isTrue();
    }

    @Test
    void theOnlyProbeKeepsItsBlockUntilItsHoldIsOver() {
        OutboxRow onHold = row("onHold").withNextAttemptAt(NOW.plusMillis(500));
        beginProbe(onHold);

        assertThat(reader.read(10)).isTrue();

        assertThat(destinations.keepsOut(onHold.aggregate())).isTrue();
        assertThat(destinations
                        .beginDueProbes(10 + Duration.ofSeconds(1).toNanos(), type -> null)
                        .probes())
                .containsExactly(new UnavailableDestinations.ProbedAggregate(onHold.aggregate(), 1));
    }

    @Test
    void aProbeWithoutRowsEndsItsBlock() {
        OutboxRow probe = row("probe");
        beginProbe(probe);
        table.rows.clear();

        assertThat(reader.read(10)).isTrue();

        destinations.beginDueProbes(10, type -> null);
        assertThat(destinations.isUnavailable(probe.aggregate())).isFalse();
    }

    @Test
    void rowsOfAShardWhoseLeaseIsNotTrustedStayInTheTable() {
        DeferredReader untrusted = reader(OwnedShards.of(NOW));
        defer(row("row"));
        deferVersions(row("versions"));

        assertThat(untrusted.read(10)).isTrue();

        assertThat(table.reads).isEmpty();
        assertThat(ordering.deferred().size()).isEqualTo(2);
        assertThat(untrusted.nextNanos()).isEqualTo(10 + Duration.ofSeconds(1).toNanos());
        assertThat(reader.read(10 + Duration.ofSeconds(1).toNanos())).isTrue();
        assertThat(ordering.size()).isEqualTo(2);
    }

    @Test
    void aProbeOfAShardWhoseLeaseIsNotTrustedKeepsItsBlock() {
        OutboxRow probe = row("probe");
        beginProbe(probe);

        assertThat(reader(OwnedShards.of(NOW)).read(10)).isTrue();

        assertThat(destinations.keepsOut(probe.aggregate()))
                .as("the probe failed, and a further one follows")
                .isTrue();
        assertThat(destinations.nextNanos()).isNotNull();
    }

    private void beginProbe(OutboxRow probe) {
        table.rows.put(probe.key(), probe);
        destinations.block(destinations.partition(probe.aggregate()), probe, true, 0, "no leader");
        for (UnavailableDestinations.ProbedAggregate due : destinations
                .beginDueProbes(Duration.ofSeconds(1).toNanos(), type -> null)
                .probes()) {
            ordering.deferred().defer(due.aggregate(), due.version(), 10);
        }
        assertThat(destinations.keepsOut(probe.aggregate())).isFalse();
    }

    private void defer(OutboxRow row) {
        table.rows.put(row.key(), row);
        ordering.deferred().deferRow(row, 10);
    }

    /** Defers an aggregate of which several rows may have left memory. */
    private void deferVersions(OutboxRow row) {
        table.rows.put(row.key(), row);
        ordering.deferred().defer(row.aggregate(), row.version(), 10);
    }

    private static OutboxRow row(String id) {
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
    private static final class Table extends StubQueries {

        private static final int LARGE_BYTES = 1_000_000;
        private static final Duration TIMEOUT = Duration.ofSeconds(2);

        private final Map<RowKey, OutboxRow> rows = new LinkedHashMap<>();
        private final List<String> reads = new ArrayList<>();
        private Aggregate unreadable = new Aggregate(0, "", "");
        private boolean contentsFail;
        private boolean sizesTimeOut;
        private int timeouts;
        private long nowNanos;
        /** A statement that reads rows takes this time. */
        private long readNanos;

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
