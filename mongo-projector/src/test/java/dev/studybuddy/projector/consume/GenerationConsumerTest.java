package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Tests which records the poll loop passes on, and which partitions wait. */
class GenerationConsumerTest extends ConsumerFixture {

    @Test
    void aBlockedPartitionDoesNotDelayOtherPartitions() {
        latches.put(0, new CountDownLatch(1));
        addRecords(FIRST, 0, 1);
        runRoundsUntil(() -> kafka.position(FIRST) == 1);
        addRecords(SECOND, 0, 3);

        runRoundsUntil(() -> stored.containsAll(List.of("1-0", "1-1", "1-2")));

        assertThat(stored).doesNotContain("0-0");
        latches.get(0).countDown();
        runRoundsUntil(() -> stored.contains("0-0"));
    }

    @Test
    void aConsumerThatFailsToCloseLeavesNoThreadBehind() {
        addRecords(FIRST, 0, 1);
        runRoundsUntil(() -> stored.contains("0-0"));
        assertThat(workerThreads()).isPositive();
        kafka.closeFails = true;

        assertThatExceptionOfType(KafkaException.class).isThrownBy(consumer::close);

        Awaitility.await().until(() -> workerThreads() == 0);
    }

    private static long workerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("batch-group-") || name.startsWith("partition-task-"))
                .count();
    }

    /** The journal of the partition holds its done offset already, so the revocation sends no command. */
    @Test
    void theRevocationOfAnIdlePartitionDoesNotShowThatMongoDbIsAvailable() {
        OpenCircuits.open(circuitBreaker);

        kafka.rebalance(List.of(FIRST));
        consumer.runRound();

        assertThat(consumer.partitionCount()).isEqualTo(1);
        assertThat(circuitBreaker.isOpen()).isTrue();
        assertThat(journals.replacements()).isZero();
    }

    @Test
    void aPartitionThatWaitsForAGroupIsRevokedAtOnce() {
        makeSecondWaitForAGroup();

        kafka.rebalance(List.of(FIRST));
        consumer.runRound();

        assertThat(consumer.partitionCount()).isEqualTo(1);
        assertThat(stored).doesNotContain("1-0");
        kafka.rebalance(List.of(FIRST, SECOND));
        runRoundsUntil(() -> consumer.waitingPartitionCount() == 0);
        addRecords(SECOND, 0, 1);
        runRoundsUntil(() -> stored.contains("1-0"));
    }

    @Test
    void aConsumerWithAPartitionThatWaitsForAGroupClosesAtOnce() {
        makeSecondWaitForAGroup();

        consumer.close();

        assertThat(consumer.partitionCount()).isZero();
        assertThat(stored).containsExactly("0-0");
    }

    /**
     * The clock does not move after the start of the first group, so that the interval between groups delays the second
     * one.
     */
    private void makeSecondWaitForAGroup() {
        addRecords(FIRST, 0, 1);
        consumer.runRound();
        Awaitility.await().until(() -> stored.contains("0-0"));
        addRecords(SECOND, 0, 1);
        consumer.runRound();
        assertThat(stored).containsExactly("0-0");
    }

    @Test
    void aPartitionWithAFullQueueIsNotFetchedUntilItHasRoom() {
        latches.put(0, new CountDownLatch(1));
        kafka.setMaxPollRecords(1);
        addRecords(FIRST, 0, 10);

        runRoundsUntil(() -> kafka.paused().contains(FIRST));
        for (int n = 0; n < 20; n++) {
            consumer.runRound();
        }

        assertThat(kafka.position(FIRST)).isLessThanOrEqualTo(4);
        latches.get(0).countDown();
        runRoundsUntil(() -> stored.size() == 10);
        assertThat(stored).containsExactly("0-0", "0-1", "0-2", "0-3", "0-4", "0-5", "0-6", "0-7", "0-8", "0-9");
    }

    @Test
    void aPausedGenerationKeepsItsPartitionsAndContinuesAfterThePause() {
        addRecords(FIRST, 0, 3);
        runRoundsUntil(() -> stored.size() == 3);
        operatorPause.set(true);
        addRecords(FIRST, 3, 8);
        addRecords(SECOND, 0, 5);

        runRoundsUntil(() -> kafka.paused().containsAll(List.of(FIRST, SECOND)));
        for (int n = 0; n < 20; n++) {
            consumer.runRound();
        }

        assertThat(stored).hasSize(3);
        assertThat(consumer.partitionCount()).isEqualTo(2);
        assertThat(consumer.waitingPartitionCount()).isZero();
        assertThat(kafka.closed()).isFalse();

        operatorPause.set(false);
        runRoundsUntil(() -> stored.size() == 13);

        assertThat(stored.stream().filter(record -> record.startsWith("0-")))
                .containsExactly("0-0", "0-1", "0-2", "0-3", "0-4", "0-5", "0-6", "0-7");
        assertThat(stored.stream().filter(record -> record.startsWith("1-")))
                .containsExactly("1-0", "1-1", "1-2", "1-3", "1-4");
    }

    @Test
    void aPartitionThatWaitsForAGroupWhenAPauseBeginsContinuesAfterIt() {
        makeSecondWaitForAGroup();
        operatorPause.set(true);

        for (int n = 0; n < 20; n++) {
            consumer.runRound();
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        }

        // The rounds wait, so that a group that had started would have ended.
        assertThat(stored).doesNotContain("1-0");
        assertThat(consumer.waitingPartitionCount()).isZero();

        operatorPause.set(false);
        runRoundsUntil(() -> stored.contains("1-0"));
    }

    @Test
    void aPartitionThatIsAssignedDuringAPauseContinuesAfterIt() {
        operatorPause.set(true);
        kafka.rebalance(List.of(SECOND));
        consumer.runRound();
        kafka.rebalance(List.of(FIRST, SECOND));
        runRoundsUntil(() -> consumer.partitionCount() == 2 && consumer.waitingPartitionCount() == 0);
        addRecords(FIRST, 0, 2);
        for (int n = 0; n < 20; n++) {
            consumer.runRound();
        }
        assertThat(stored).isEmpty();

        operatorPause.set(false);
        runRoundsUntil(() -> stored.size() == 2);

        assertThat(stored).containsExactly("0-0", "0-1");
    }

    /** The client returns at once from a poll with a timeout if it holds records of suspended partitions. */
    @Test
    void noPollWaitsWhileAPartitionIsSuspendedButTheRoundDoes() {
        highestAnnounced.set(2);
        kafka.addRecord(newerRecord(0));
        runRoundsUntil(() -> kafka.paused().contains(FIRST));
        kafka.timeoutsWhileSuspended.clear();
        long startNanos = System.nanoTime();

        for (int n = 0; n < 10; n++) {
            consumer.runRound();
        }

        assertThat(kafka.timeoutsWhileSuspended).hasSize(10).containsOnly(Duration.ZERO);
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isGreaterThan(Duration.ofMillis(100));
        addRecords(SECOND, 0, 1);
        runRoundsUntil(() -> stored.contains("1-0"));
    }

    @Test
    void aRecordOfAnAnnouncedNewerSchemaStopsOnlyItsPartition() {
        highestAnnounced.set(2);
        addRecords(FIRST, 0, 1);
        kafka.addRecord(newerRecord(1));
        runRoundsUntil(() -> !schemaWaits.describe().isEmpty());
        addRecords(SECOND, 0, 3);

        runRoundsUntil(() -> stored.containsAll(List.of("0-0", "1-0", "1-1", "1-2")) && storedDoneOffset() == 1);

        assertThat(kafka.position(FIRST)).isEqualTo(1);
        assertThat(kafka.paused()).contains(FIRST).doesNotContain(SECOND);
        assertThat(stored).doesNotContain("0-1");
        assertThat(consumer.waitingPartitionCount()).isZero();
    }

    private static ConsumerRecord<byte[], byte[]> newerRecord(long offset) {
        ConsumerRecord<byte[], byte[]> newer =
                new ConsumerRecord<>("todo", 0, offset, "k".getBytes(UTF_8), "{}".getBytes(UTF_8));
        for (String name : List.of("specversion", "id", "type", "source", "time", "subject", "aggregatetype")) {
            newer.headers().add("ce_" + name, "1".getBytes(UTF_8));
        }
        newer.headers().add("content-type", "application/json".getBytes(UTF_8));
        newer.headers().add("ce_aggregateversion", "1".getBytes(UTF_8));
        newer.headers().add("ce_schemaversion", "2".getBytes(UTF_8));
        return newer;
    }
}
