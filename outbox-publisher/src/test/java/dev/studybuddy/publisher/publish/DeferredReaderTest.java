package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.lease.OwnedShards;
import dev.studybuddy.publisher.ordering.Dispatch;
import dev.studybuddy.publisher.ordering.DispatchOutcome;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeferredReaderTest extends DeferredReaderFixture {

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
    void anAttemptInTheFarFutureIsDueAlsoIfTheLongestWaitIsAnHour() {
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
}
