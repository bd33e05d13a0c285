package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.projector.ProjectorProperties.BatchLimits;
import dev.studybuddy.projector.decode.DecodingRules;
import dev.studybuddy.projector.decode.RecordDecoder;
import dev.studybuddy.projector.journal.BatchGroupRunner;
import dev.studybuddy.projector.journal.Journal;
import dev.studybuddy.projector.journal.JournalKey;
import dev.studybuddy.projector.journal.JournalMemory;
import dev.studybuddy.projector.journal.PartitionJournal;
import dev.studybuddy.projector.kafka.PollBudget;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.MongoCircuitBreaker;
import dev.studybuddy.projector.mongo.SessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.projector.trace.BatchSpans;
import dev.studybuddy.readmodel.JournalFields;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the poll loop with unreadable records, because the projector stores them without any other document. */
@Timeout(60)
class GenerationConsumerTest {

    private static final TopicPartition FIRST = new TopicPartition("todo", 0);
    private static final TopicPartition SECOND = new TopicPartition("todo", 1);
    private static final BatchLimits BATCH_LIMITS = new BatchLimits(2, 1_000_000);
    private static final BatchLimits QUEUE_LIMITS = new BatchLimits(100, 1_000_000);

    /** The clock moves by this much after each round, so that no test waits for a backoff. */
    private static final Duration ROUND = Duration.ofMillis(10);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FaultyConsumer kafka = new FaultyConsumer();
    private final InMemoryJournals journals = new InMemoryJournals();
    private final Map<Integer, CountDownLatch> latches = new ConcurrentHashMap<>();
    private final AtomicInteger failuresLeft = new AtomicInteger();
    private final List<String> stored = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger highestAnnounced = new AtomicInteger(1);
    private final SchemaWaits schemaWaits = new SchemaWaits(registry, nanos::get);
    private final PositionWaits positionWaits = new PositionWaits(registry, nanos::get);
    private final RefusedWrites refusedWrites = new RefusedWrites(registry, nanos::get);
    private final AtomicBoolean operatorPause = new AtomicBoolean();
    private GenerationConsumer consumer;

    @BeforeEach
    void assignPartitions() {
        consumer = createConsumer();
        kafka.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
        kafka.rebalance(List.of(FIRST, SECOND));
        runRoundsUntil(() -> consumer.waitingPartitionCount() == 0);
    }

    private GenerationConsumer createConsumer() {
        Throttle throttle =
                new Throttle(new LiveLag(nanos::get), Duration.ofSeconds(5), () -> true, operatorPause::get);
        return new GenerationConsumer(
                kafka,
                new ConsumerPositions("study-g1", kafka, positionWaits, nanos::get),
                new PollBudget(),
                new SchemaGate("study-g1", 1, highestAnnounced::get, schemaWaits, nanos::get),
                List.of("todo"),
                this::createTask,
                throttle,
                new TaskExecutor(
                        2,
                        new TaskRunner(
                                new BatchGroupRunner(journals, this::store),
                                new MongoCircuitBreaker(registry),
                                throttle,
                                refusedWrites,
                                "study-g1"),
                        nanos::get),
                QUEUE_LIMITS,
                nanos::get);
    }

    @AfterEach
    void close() {
        latches.values().forEach(CountDownLatch::countDown);
        consumer.close();
    }

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
    void eachRecordIsDecodedAndPlannedOnceAlsoIfItsDecidedBatchIsRecovered() {
        addRecords(FIRST, 0, 4);
        runRoundsUntil(() -> stored.size() == 4);
        failuresLeft.set(1);
        addRecords(FIRST, 4, 6);

        runRoundsUntil(() -> stored.size() == 6 && consumer.waitingPartitionCount() == 0);

        assertThat(registry.counter("decoded").count()).isEqualTo(6);
        assertThat(registry.counter("planned").count()).isEqualTo(6);
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

    @Test
    void aRevokedPartitionRecordsItsDoneOffsetFirst() {
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
        runRoundsUntil(() -> !positionWaits.describe().isEmpty());
        addRecords(SECOND, 0, 3);
        runRoundsUntil(() -> stored.size() == 3);
        long storedNanos = nanos.get();
        int attempts = kafka.failedPositions.get();
        runRoundsUntil(() -> nanos.get() - storedNanos > TimeUnit.SECONDS.toNanos(30));

        assertThat(kafka.failedPositions.get() - attempts).isLessThanOrEqualTo(13);
        assertThat(positionWaits.describe())
                .singleElement()
                .asString()
                .matches("todo-0 of study-g1 has waited \\d+ s for a leader.*");
        assertThat(registry.get("projector_position_wait_seconds").gauge().value())
                .isGreaterThan(29);

        kafka.withoutPosition.clear();
        addRecords(FIRST, 0, 1);
        runRoundsUntil(() -> stored.contains("0-0"));
        assertThat(positionWaits.describe()).isEmpty();
        assertThat(registry.find("projector_position_wait_seconds").gauge()).isNull();
    }

    @Test
    void aRoundMakesOneAttemptHoweverManyPartitionsHaveNoPosition() {
        kafka.withoutPosition.addAll(List.of(FIRST, SECOND));
        AtomicInteger attempts = new AtomicInteger();

        runRoundsUntil(() -> {
            int before = attempts.getAndSet(kafka.failedPositions.get());
            assertThat(attempts.get() - before).isLessThanOrEqualTo(1);
            return positionWaits.describe().size() == 2;
        });
    }

    @Test
    void aRecordOfAnAnnouncedNewerSchemaStopsOnlyItsPartition() {
        highestAnnounced.set(2);
        addRecords(FIRST, 0, 1);
        ConsumerRecord<byte[], byte[]> newer =
                new ConsumerRecord<>("todo", 0, 1, "k".getBytes(UTF_8), "{}".getBytes(UTF_8));
        for (String name : List.of("specversion", "id", "type", "source", "time", "subject", "aggregatetype")) {
            newer.headers().add("ce_" + name, "1".getBytes(UTF_8));
        }
        newer.headers().add("content-type", "application/json".getBytes(UTF_8));
        newer.headers().add("ce_aggregateversion", "1".getBytes(UTF_8));
        newer.headers().add("ce_schemaversion", "2".getBytes(UTF_8));
        kafka.addRecord(newer);
        runRoundsUntil(() -> !schemaWaits.describe().isEmpty());
        addRecords(SECOND, 0, 3);

        runRoundsUntil(() -> stored.containsAll(List.of("0-0", "1-0", "1-1", "1-2")) && storedDoneOffset() == 1);

        assertThat(kafka.position(FIRST)).isEqualTo(1);
        assertThat(kafka.paused()).contains(FIRST).doesNotContain(SECOND);
        assertThat(stored).doesNotContain("0-1");
        assertThat(consumer.waitingPartitionCount()).isZero();
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
        journals.failReplacements(new SessionLostException(
                SessionLostException.Cause.OUTAGE, "the command is not authorised", new IllegalStateException()));

        long startNanos = nanos.get();
        offerFirstRecordUntil(() -> nanos.get() - startNanos > TimeUnit.SECONDS.toNanos(120));

        assertThat(journals.replacements()).isBetween(1, 100);

        journals.failReplacements(null);
        offerFirstRecordUntil(() -> stored.contains("0-0"));
    }

    /** The mock of the consumer returns a record once, so each round adds it again for the seek after a failure. */
    private void offerFirstRecordUntil(BooleanSupplier condition) {
        runRoundsUntil(() -> {
            if (!kafka.paused().contains(FIRST)) {
                addRecords(FIRST, 0, 1);
            }
            return condition.getAsBoolean();
        });
    }

    private void runRoundsUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            consumer.runRound();
            nanos.addAndGet(ROUND.toNanos());
            Thread.onSpinWait();
        }
    }

    private long storedDoneOffset() {
        return journals.documents()
                .get("todo-0")
                .get(JournalFields.DONE, Number.class)
                .longValue();
    }

    private void addRecords(TopicPartition partition, int from, int to) {
        for (int offset = from; offset < to; offset++) {
            kafka.addRecord(
                    new ConsumerRecord<>(partition.topic(), partition.partition(), offset, "k".getBytes(UTF_8), null));
        }
    }

    private PartitionTask createTask(TopicPartition partition) {
        JournalKey key = new JournalKey(new NamedReadModel(), 1, AggregateType.TODO, partition.partition());
        journals.documents()
                .put("todo-" + partition.partition(), Journal.createInitial("todo-" + partition.partition(), 0));
        return new PartitionTask(
                partition,
                new PartitionJournal(key, journals, this::store, Clock.systemUTC(), JournalMemory.ofHeap()),
                new RecordDecoder(
                        AggregateType.TODO, SchemaUpcaster.PRESENT, DecodingRules.V1, "id", Clock.systemUTC()),
                new RecordQueue(BATCH_LIMITS),
                new BatchRecorder(
                        new ProjectorMetrics.OfTopic(
                                registry.counter("events"),
                                registry.counter("decoded"),
                                registry.counter("planned"),
                                registry.timer("batch"),
                                registry.timer("end-to-end")),
                        records -> BatchSpans.NONE,
                        Clock.systemUTC()),
                nanos::get);
    }

    private void store(FencedSession session, List<Document> deadLetters) {
        CountDownLatch latch = latches.get(deadLetters.getFirst().getInteger("partition"));
        if (latch != null) {
            try {
                latch.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (failuresLeft.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new SessionLostException(SessionLostException.Cause.OUTAGE, "lost", new IllegalStateException());
        }
        deadLetters.forEach(one -> stored.add(one.getString("_id").replace("id-", "")));
    }

    /** This consumer fails some asynchronous commits, like one whose coordinator moves, and lacks some positions. */
    private static final class FaultyConsumer extends MockConsumer<byte[], byte[]> {

        private final AtomicInteger commitFailuresLeft = new AtomicInteger();
        private final Set<TopicPartition> withoutPosition = new HashSet<>();
        private final AtomicInteger failedPositions = new AtomicInteger();
        private boolean closeFails;

        FaultyConsumer() {
            super("none");
        }

        @Override
        public synchronized void close(CloseOptions options) {
            if (closeFails) {
                closeFails = false;
                throw new KafkaException("the broker is unavailable");
            }
            super.close(options);
        }

        @Override
        public synchronized long position(TopicPartition partition, Duration timeout) {
            if (withoutPosition.contains(partition)) {
                failedPositions.incrementAndGet();
                throw new TimeoutException("no valid position");
            }
            return super.position(partition, timeout);
        }

        @Override
        public synchronized void commitAsync(
                Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            if (commitFailuresLeft.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                callback.onComplete(offsets, new RetriableCommitFailedException("the coordinator moves"));
            } else {
                super.commitAsync(offsets, callback);
            }
        }
    }
}
