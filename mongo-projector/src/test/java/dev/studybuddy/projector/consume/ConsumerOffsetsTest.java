package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.readmodel.JournalFields;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.junit.jupiter.api.Test;

/** Tests which offsets the poll loop records and commits, and what it does without a valid position. */
class ConsumerOffsetsTest extends ConsumerFixture {

    @Test
    void aRevokedPartitionRecordsItsDoneOffset() {
        addRecords(FIRST, 0, 3);
        runRoundsUntil(() -> stored.size() == 3);

        kafka.rebalance(List.of(SECOND));
        consumer.runRound();

        assertThat(storedDoneOffset()).isEqualTo(3);
        assertThat(consumer.partitionCount()).isEqualTo(1);
    }

    @Test
    void anIdlePartitionRecordsItsDoneOffset() {
        addRecords(FIRST, 0, 2);
        runRoundsUntil(() -> stored.size() == 2);
        assertThat(storedDoneOffset()).isZero();

        long decidedNanos = nanos.get();
        runRoundsUntil(() -> storedDoneOffset() == 2);

        assertThat(Duration.ofNanos(nanos.get() - decidedNanos)).isGreaterThan(Duration.ofMillis(140));
    }

    /** The two tasks may end their batches in different rounds, so the test repeats this until they end in one. */
    @Test
    void partitionsThatAreIdleTogetherShareTheUpdateOfTheirDoneOffsets() {
        int records = 0;
        while (!journals.positionUpdates().contains(Set.<Object>of("todo-0", "todo-1"))) {
            long end = records + 1L;
            addRecords(FIRST, records, records + 1);
            addRecords(SECOND, records, records + 1);
            runRoundsUntil(() -> stored.size() == 2 * end);
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            runRoundsUntil(() -> storedDoneOffset("todo-0") == end && storedDoneOffset("todo-1") == end);
            records++;
        }

        assertThat(consumer.waitingPartitionCount()).isZero();
    }

    @Test
    void anIdlePartitionPassesControlRecordsAtItsEnd() {
        addRecords(FIRST, 0, 2);
        runRoundsUntil(() -> stored.size() == 2);

        // A consumer moves its position past a transaction marker in the same way and returns no record for it.
        kafka.seek(FIRST, 3);
        runRoundsUntil(() -> storedDoneOffset() == 3);

        assertThat(journals.documents().get("todo-0").get(JournalFields.HI)).isEqualTo(3L);
        addRecords(FIRST, 3, 4);
        runRoundsUntil(() -> stored.contains("0-3"));
        assertThat(stored).containsExactly("0-0", "0-1", "0-3");
    }

    @Test
    void aFailedOffsetCommitOfAnIdlePartitionIsRepeated() {
        kafka.commitFailuresLeft.set(2);
        addRecords(FIRST, 0, 2);

        runRoundsUntil(() -> kafka.committed(Set.of(FIRST)).get(FIRST) != null
                && kafka.committed(Set.of(FIRST)).get(FIRST).offset() == 2);

        assertThat(kafka.commitFailuresLeft).hasValue(0);
    }

    @Test
    void noOffsetCommitStartsBeforeThePreviousOneHasAResult() {
        kafka.withholdsCallbacks = true;
        addRecords(FIRST, 0, 2);
        runRoundsUntil(() -> kafka.withheldCallbacks.size() == 1);
        long begunNanos = nanos.get();
        runRoundsUntil(() -> nanos.get() - begunNanos > TimeUnit.SECONDS.toNanos(10));
        assertThat(kafka.withheldCallbacks).hasSize(1);

        kafka.withheldCallbacks
                .getFirst()
                .onComplete(Map.of(), new RetriableCommitFailedException("the coordinator is unknown"));
        runRoundsUntil(() -> kafka.withheldCallbacks.size() == 2);
    }

    @Test
    void anEventFromTheYearOneDoesNotStopItsPartition() {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("todo", 0, 0, "k".getBytes(UTF_8), null);
        record.headers().add("ce_time", "0001-01-01T00:00:00Z".getBytes(UTF_8));
        kafka.addRecord(record);
        addRecords(FIRST, 1, 2);

        runRoundsUntil(() -> storedDoneOffset() == 2);

        assertThat(stored).containsExactly("0-0", "0-1");
        assertThat(registry.timer("end-to-end").max(TimeUnit.HOURS)).isEqualTo(24);
    }

    @Test
    void aPartitionWithoutAValidPositionIsReportedAndDelaysNoOther() {
        kafka.withoutPosition.add(FIRST);
        runRoundsUntil(() -> !leaderWaits.describe().isEmpty());
        addRecords(SECOND, 0, 3);
        runRoundsUntil(() -> stored.size() == 3);
        long storedNanos = nanos.get();
        int attempts = kafka.failedPositions.get();
        runRoundsUntil(() -> nanos.get() - storedNanos > TimeUnit.SECONDS.toNanos(30));

        assertThat(kafka.failedPositions.get() - attempts).isLessThanOrEqualTo(13);
        assertThat(leaderWaits.describe())
                .singleElement()
                .asString()
                .matches("todo-0 of study-g1 has waited \\d+ s for a leader.*");
        assertThat(registry.get("projector_position_wait_seconds").gauge().value())
                .isGreaterThan(29);

        kafka.withoutPosition.clear();
        addRecords(FIRST, 0, 1);
        runRoundsUntil(() -> stored.contains("0-0"));
        assertThat(leaderWaits.describe()).isEmpty();
        assertThat(registry.find("projector_position_wait_seconds").gauge()).isNull();
    }

    @Test
    void aRoundMakesOneAttemptHoweverManyPartitionsHaveNoPosition() {
        kafka.withoutPosition.addAll(List.of(FIRST, SECOND));
        AtomicInteger attempts = new AtomicInteger();

        runRoundsUntil(() -> {
            int before = attempts.getAndSet(kafka.failedPositions.get());
            assertThat(attempts.get() - before).isLessThanOrEqualTo(1);
            return leaderWaits.describe().size() == 2;
        });
    }
}
