package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.projector.mongo.FencedSessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Tests which records are decoded, kept and polled again after a batch failed, and how long their partition waits. */
class FailedBatchesTest extends ConsumerFixture {

    @Test
    void aLostSessionRereadsTheJournalAndPollsQueuedRecordsAgain() {
        failuresLeft.set(1);
        addRecords(FIRST, 0, 5);
        int sessionsBefore = journals.openedSessions();

        // The recovery applies the decided batch. The consumer polls the other records again from the journal's
        // position.
        runRoundsUntil(() -> stored.size() == 2 && kafka.position(FIRST) == 2);
        assertThat(stored).containsExactly("0-0", "0-1");
        addRecords(FIRST, 2, 5);
        runRoundsUntil(() -> stored.size() == 5);

        assertThat(stored).containsExactly("0-0", "0-1", "0-2", "0-3", "0-4");
        assertThat(journals.openedSessions()).isEqualTo(sessionsBefore + 1);
        assertThat(consumer.waitingPartitionCount()).isZero();
    }

    @Test
    void eachRecordIsDecodedAndPlannedOnceEvenIfItsDecidedBatchIsRecovered() {
        addRecords(FIRST, 0, 4);
        runRoundsUntil(() -> stored.size() == 4);
        failuresLeft.set(1);
        addRecords(FIRST, 4, 6);

        runRoundsUntil(() -> stored.size() == 6 && consumer.waitingPartitionCount() == 0);

        assertThat(registry.counter("decoded").count()).isEqualTo(6);
        assertThat(registry.counter("planned").count()).isEqualTo(6);
    }

    @Test
    void recordsThatReplaceDecodedOnesAfterALeaderFailedAreDecodedToo() {
        journals.failReplacements(new FencedSessionLostException(
                FencedSessionLostException.Cause.OUTAGE, "lost", new IllegalStateException()));
        offerUntil(this::isPositionedAgainAfterAFailure, List.of(record(0, 1, "same"), record(1, 1, "lost")));

        journals.failReplacements(null);
        offerUntil(() -> stored.size() == 2, List.of(record(0, 1, "same"), record(1, 2, "new")));

        assertThat(storedKeys).containsExactly("same", "new");
        assertThat(registry.counter("decoded").count()).isEqualTo(3);
    }

    @Test
    void recordsThatTheCompactionOfALogKeepsAreAllDecoded() {
        journals.failReplacements(new FencedSessionLostException(
                FencedSessionLostException.Cause.OUTAGE, "lost", new IllegalStateException()));
        offerUntil(this::isPositionedAgainAfterAFailure, List.of(record(0, 1, "first"), record(1, 1, "compacted")));

        journals.failReplacements(null);
        offerUntil(() -> stored.size() == 2, List.of(record(0, 1, "first"), record(2, 1, "last")));

        assertThat(storedKeys).containsExactly("first", "last");
    }

    @Test
    void partitionsWhoseDecisionsAreRefusedRetainFewRecordsTogether() {
        List<TopicPartition> partitions = IntStream.range(0, 6)
                .mapToObj(number -> new TopicPartition("todo", number))
                .toList();
        partitions.forEach(partition -> kafka.updateBeginningOffsets(Map.of(partition, 0L)));
        kafka.rebalance(partitions);
        runRoundsUntil(() -> consumer.partitionCount() == 6 && consumer.waitingPartitionCount() == 0);
        journals.failReplacements(new TemporaryRefusalException(
                "nothing_journal_g1", "todo-0", new WriteRefusal(0, 371, "writes are blocked")));

        runRoundsUntil(() -> {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
            offerFirstBatch(partitions);
            return journals.replacements() >= 30;
        });

        partitions.forEach(partition -> Awaitility.await().until(tasks.get(partition)::tryAcquire));
        assertThat(tasks.values().stream()
                        .mapToInt(PartitionTask::decodedRecordCount)
                        .sum())
                .isBetween(1, RETAINED_LIMITS.records());

        journals.failReplacements(null);
        tasks.values().forEach(PartitionTask::release);
        runRoundsUntil(() -> {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
            offerFirstBatch(partitions);
            return stored.size() == 12;
        });
    }

    /** Adds two records to each partition in which the mock of the consumer has returned to the first one. */
    private void offerFirstBatch(List<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            if (!kafka.paused().contains(partition) && kafka.position(partition) == 0) {
                addRecords(partition, 0, 2);
            }
        }
    }

    /** Offers the records again in each round in which the mock of the consumer has returned to the first one. */
    private void offerUntil(BooleanSupplier condition, List<ConsumerRecord<byte[], byte[]>> records) {
        runRoundsUntil(() -> {
            boolean ended = condition.getAsBoolean();
            if (!ended && !kafka.paused().contains(FIRST) && kafka.position(FIRST) == 0) {
                records.forEach(kafka::addRecord);
            }
            return ended;
        });
    }

    private boolean isPositionedAgainAfterAFailure() {
        return journals.replacements() >= 1 && kafka.position(FIRST) == 0;
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, int leaderEpoch, String key) {
        return new ConsumerRecord<>(
                "todo",
                0,
                offset,
                0,
                TimestampType.CREATE_TIME,
                key.length(),
                ConsumerRecord.NULL_SIZE,
                key.getBytes(UTF_8),
                null,
                new RecordHeaders(),
                Optional.of(leaderEpoch));
    }

    @Test
    void noPollWaitsDuringAnOutageOfMongoDb() {
        journals.failReplacements(new FencedSessionLostException(
                FencedSessionLostException.Cause.OUTAGE, "lost", new IllegalStateException()));
        offerFirstRecordInRealTimeUntil(() -> journals.replacements() >= 1 && !kafka.timeoutsWhileSuspended.isEmpty());
        long startNanos = nanos.get();
        offerFirstRecordUntil(() -> nanos.get() - startNanos > TimeUnit.SECONDS.toNanos(30));

        assertThat(kafka.timeoutsWhileSuspended).isNotEmpty().containsOnly(Duration.ZERO);

        journals.failReplacements(null);
        offerFirstRecordUntil(() -> stored.contains("0-0"));
    }

    @Test
    void aDecisionThatMongoDbRefusesIsReportedUntilItIsStored() {
        journals.failReplacements(new TemporaryRefusalException(
                "nothing_journal_g1", "todo-0", new WriteRefusal(0, 371, "writes are blocked")));

        offerFirstRecordUntil(() -> !refusedWrites.describe().isEmpty());
        long refusedNanos = nanos.get();
        offerFirstRecordUntil(() -> nanos.get() - refusedNanos > TimeUnit.SECONDS.toNanos(60));

        assertThat(refusedWrites.describe())
                .singleElement()
                .asString()
                .startsWith("todo-0 of study-g1 has waited ")
                .endsWith("because MongoDB refuses a write of nothing_journal_g1/todo-0 with code 371.");
        assertThat(registry.get("projector_refused_write_seconds").gauge().value())
                .isGreaterThan(59);
        assertThat(stored).isEmpty();

        journals.failReplacements(null);
        offerFirstRecordUntil(() -> stored.contains("0-0"));
        runRoundsUntil(() -> refusedWrites.describe().isEmpty());
    }

    @Test
    void aPartitionWhoseDecisionsFailAlthoughItsJournalCanBeReadBacksOff() {
        journals.failReplacements(new FencedSessionLostException(
                FencedSessionLostException.Cause.REFUSED_COMMAND,
                "the command is not authorised",
                new IllegalStateException()));

        offerFirstRecordInRealTimeUntil(() -> journals.replacements() >= 1);
        long startNanos = nanos.get();
        offerFirstRecordUntil(() -> nanos.get() - startNanos > TimeUnit.SECONDS.toNanos(120));

        assertThat(journals.replacements()).isBetween(1, 100);

        journals.failReplacements(null);
        offerFirstRecordUntil(() -> stored.contains("0-0"));
    }
}
