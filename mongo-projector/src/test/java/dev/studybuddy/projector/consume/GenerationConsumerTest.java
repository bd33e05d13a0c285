package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.studybuddy.projector.mongo.FencedSessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

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
    void aTopicThatKafkaRefusesDelaysNoOtherTopic() {
        assignPartitionOfOtherTopic();
        kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
        addRecords(OF_OTHER_TOPIC, 0, 1);
        addRecords(FIRST, 0, 3);

        runRoundsUntil(() -> stored.containsAll(List.of("0-0", "0-1", "0-2")));
        assertThat(kafka.refusedPolls.get()).isEqualTo(1);
        long appliedNanos = nanos.get();
        runRoundsUntil(() -> {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
            return kafka.refusedPolls.get() == 2;
        });

        assertThat(Duration.ofNanos(nanos.get() - appliedNanos)).isGreaterThan(Duration.ofSeconds(3));
        assertThat(kafka.paused()).doesNotContain(FIRST);
        assertThat(stored).doesNotContain("2-0");
        assertThat(consumer.waitingPartitionCount()).isEqualTo(1);
        assertThat(permissionWaits.describe())
                .singleElement()
                .asString()
                .startsWith("session-2 of study-g1 has waited ")
                .endsWith(" s, because Kafka does not permit the projector to read the topic session.");
        assertThat(registry.get("projector_permission_wait_seconds").gauge().value())
                .isGreaterThan(3);

        kafka.unauthorizedTopics.clear();
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        runRoundsUntil(() -> stored.contains("2-0"));
        assertThat(consumer.waitingPartitionCount()).isZero();
        assertThat(permissionWaits.describe()).isEmpty();
        assertThat(registry.find("projector_permission_wait_seconds").gauge()).isNull();
    }

    @Test
    void eachRefusalOfATopicWithoutRecordsIsLogged() {
        Logger logger = (Logger) LoggerFactory.getLogger(UnauthorizedTopics.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        try {
            assignPartitionOfOtherTopic();
            for (int refusals = 1; refusals <= 2; refusals++) {
                kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
                runRoundsUntil(() -> consumer.waitingPartitionCount() == 1);
                kafka.unauthorizedTopics.clear();
                runRoundsUntil(() -> {
                    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
                    return consumer.waitingPartitionCount() == 0;
                });

                assertThat(permissionWaits.describe()).isEmpty();
                assertThat(appender.list)
                        .filteredOn(line -> line.getLevel().equals(Level.WARN))
                        .hasSize(refusals)
                        .allSatisfy(line -> assertThat(line.getKeyValuePairs())
                                .anyMatch(pair -> pair.key.equals("generation") && pair.value.equals("study-g1")));
            }
        } finally {
            logger.detachAppender(appender);
        }
    }

    /** The refusal of a fetch arrives some time after the poll that sent it. */
    @Test
    void aTopicWaitsUntilSeveralSecondsOfPollsBringNoRefusal() {
        assignPartitionOfOtherTopic();
        kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
        runRoundsUntil(() -> consumer.waitingPartitionCount() == 1);
        kafka.unauthorizedTopics.clear();
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        runRoundsUntil(() -> !kafka.paused().contains(OF_OTHER_TOPIC));

        consumer.runRound();
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        consumer.runRound();
        assertThat(consumer.waitingPartitionCount()).isEqualTo(1);

        kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
        consumer.runRound();
        kafka.unauthorizedTopics.clear();
        assertThat(permissionWaits.describe())
                .singleElement()
                .asString()
                .startsWith("session-2 of study-g1 has waited 9 s");
    }

    /** Here, a pause suspends all partitions in every second round. Full queues suspend them in the same way. */
    @Test
    void aTopicContinuesAfterAPermissionAlthoughManyRoundsPollNoPartition() {
        assignPartitionOfOtherTopic();
        kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
        runRoundsUntil(() -> consumer.waitingPartitionCount() == 1);
        kafka.unauthorizedTopics.clear();

        for (int round = 0; round < 40; round++) {
            operatorPause.set(round % 2 == 0);
            consumer.runRound();
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
        }

        assertThat(consumer.waitingPartitionCount()).isZero();
        assertThat(permissionWaits.describe()).isEmpty();
    }

    @Test
    void aRevokedPartitionNoLongerWaitsForAPermission() {
        assignPartitionOfOtherTopic();
        kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
        runRoundsUntil(() -> consumer.waitingPartitionCount() == 1);

        kafka.rebalance(List.of(FIRST));
        runRoundsUntil(() -> consumer.partitionCount() == 1);

        assertThat(consumer.waitingPartitionCount()).isZero();
        assertThat(permissionWaits.describe()).isEmpty();
    }

    @Test
    void aConsumerOfWhichKafkaRefusesEachTopicFails() {
        assignPartitionOfOtherTopic();
        kafka.unauthorizedTopics.addAll(List.of(FIRST.topic(), OF_OTHER_TOPIC.topic()));

        assertThatExceptionOfType(TopicAuthorizationException.class)
                .isThrownBy(() -> runRoundsUntil(() -> kafka.refusedPolls.get() > 2));

        kafka.unauthorizedTopics.clear();
    }

    private void assignPartitionOfOtherTopic() {
        kafka.updateBeginningOffsets(Map.of(OF_OTHER_TOPIC, 0L));
        kafka.rebalance(List.of(FIRST, OF_OTHER_TOPIC));
        runRoundsUntil(() -> consumer.partitionCount() == 2 && consumer.waitingPartitionCount() == 0);
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
