package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import dev.studybuddy.projector.mongo.BatchCircuitBreaker;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessionLostException;
import dev.studybuddy.projector.trace.BatchSpans;
import dev.studybuddy.readmodel.JournalFields;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Runs the poll loop with records without a value, because the projector stores only a dead letter for each. */
@Timeout(60)
abstract class ConsumerFixture {

    static final TopicPartition FIRST = new TopicPartition("todo", 0);
    static final TopicPartition SECOND = new TopicPartition("todo", 1);
    static final TopicPartition OF_OTHER_TOPIC = new TopicPartition("session", 2);
    private static final BatchLimits BATCH_LIMITS = new BatchLimits(2, 1_000_000);
    private static final BatchLimits QUEUE_LIMITS = new BatchLimits(100, 1_000_000);

    /** The tasks together retain at most two batches after failures. */
    static final BatchLimits RETAINED_LIMITS = new BatchLimits(4, 1_000_000);

    /** The clock moves by this much after each round, so that no test waits for a backoff. */
    private static final Duration ROUND = Duration.ofMillis(10);

    private static final Duration SUSPENDED_ROUND = Duration.ofSeconds(1);

    /** A thread that the machine runs late starts within this time. */
    private static final Duration REAL_LIMIT = Duration.ofSeconds(30);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final FaultyConsumer kafka = new FaultyConsumer();
    final InMemoryJournals journals = new InMemoryJournals();
    final Map<Integer, CountDownLatch> latches = new ConcurrentHashMap<>();
    final AtomicInteger failuresLeft = new AtomicInteger();
    final List<String> stored = new CopyOnWriteArrayList<>();
    final List<String> storedKeys = new CopyOnWriteArrayList<>();
    final AtomicLong nanos = new AtomicLong();
    final AtomicInteger highestAnnounced = new AtomicInteger(1);
    final SchemaWaits schemaWaits = new SchemaWaits(registry, nanos::get);
    final LeaderWaits leaderWaits = new LeaderWaits(registry, nanos::get);
    final PermissionWaits permissionWaits = new PermissionWaits(registry, nanos::get);
    final RefusedWrites refusedWrites = new RefusedWrites(registry, nanos::get);
    final BatchCircuitBreaker circuitBreaker = new BatchCircuitBreaker(registry);
    final RetainedRecordMemory retainedRecords = new RetainedRecordMemory(RETAINED_LIMITS);
    final Map<TopicPartition, PartitionTask> tasks = new ConcurrentHashMap<>();
    final AtomicBoolean operatorPause = new AtomicBoolean();
    GenerationConsumer consumer;

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
                new ConsumerPositions("study-g1", kafka, leaderWaits, nanos::get),
                new PolledRecords(
                        kafka,
                        new PollBudget(),
                        new SchemaGate("study-g1", 1, highestAnnounced::get, schemaWaits, nanos::get)),
                new UnauthorizedTopics("study-g1", List.of("todo", "session"), permissionWaits, nanos::get),
                this::createTask,
                throttle,
                new TaskExecutor(
                        2,
                        new TaskRunner(
                                new BatchGroupRunner(journals, this::store),
                                circuitBreaker,
                                throttle,
                                refusedWrites,
                                "study-g1"),
                        nanos::get),
                QUEUE_LIMITS,
                nanos::get);
    }

    @AfterEach
    @Timeout(60)
    void close() {
        latches.values().forEach(CountDownLatch::countDown);
        consumer.close();
    }

    /**
     * Runs rounds until the condition holds. The mock of the consumer returns a record only once. Therefore each round
     * adds the first record again, which the consumer polls again after a failure. If the partition is suspended, the
     * clock moves by a second more, because a round waits in that case.
     */
    void offerFirstRecordUntil(BooleanSupplier condition) {
        runRoundsUntil(() -> {
            if (kafka.paused().contains(FIRST)) {
                nanos.addAndGet(SUSPENDED_ROUND.toNanos());
            } else {
                addRecords(FIRST, 0, 1);
            }
            return condition.getAsBoolean();
        });
    }

    /**
     * Offers the first record until the condition holds, for at most 30 s of real time. The clock of the rounds moves
     * faster than the threads that apply the records, so that a test counts its time only after their first failure.
     */
    void offerFirstRecordInRealTimeUntil(BooleanSupplier condition) {
        long startedNanos = System.nanoTime();
        offerFirstRecordUntil(
                () -> condition.getAsBoolean() || System.nanoTime() - startedNanos > REAL_LIMIT.toNanos());
        assertThat(condition.getAsBoolean()).isTrue();
    }

    void runRoundsUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            consumer.runRound();
            nanos.addAndGet(ROUND.toNanos());
            Thread.onSpinWait();
        }
    }

    long storedDoneOffset() {
        return storedDoneOffset("todo-0");
    }

    long storedDoneOffset(String journalId) {
        return journals.documents()
                .get(journalId)
                .get(JournalFields.DONE, Number.class)
                .longValue();
    }

    void addRecords(TopicPartition partition, int from, int to) {
        for (int offset = from; offset < to; offset++) {
            kafka.addRecord(
                    new ConsumerRecord<>(partition.topic(), partition.partition(), offset, "k".getBytes(UTF_8), null));
        }
    }

    private PartitionTask createTask(TopicPartition partition) {
        AggregateType type = partition.topic().equals("todo") ? AggregateType.TODO : AggregateType.SESSION;
        JournalKey key = new JournalKey(new NamedReadModel(), 1, type, partition.partition());
        String journalId = partition.topic() + '-' + partition.partition();
        journals.documents().put(journalId, Journal.createInitial(journalId, 0));
        BatchRecorder recorder =
                new BatchRecorder(TestMetrics.ofTopic(registry), records -> BatchSpans.NONE, Clock.systemUTC());
        RecordDecoder decoder =
                new RecordDecoder(type, SchemaUpcaster.PRESENT, DecodingRules.FIRST_RELEASE, "id", Clock.systemUTC());
        PartitionTask task = new PartitionTask(
                partition,
                new PartitionJournal(key, journals, this::store, Clock.systemUTC(), JournalMemory.ofHeap()),
                new DecodedRecords(decoder, recorder, retainedRecords),
                new RecordQueue(BATCH_LIMITS),
                recorder,
                nanos::get);
        tasks.put(partition, task);
        return task;
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
            throw new FencedSessionLostException(
                    FencedSessionLostException.Cause.OUTAGE, "lost", new IllegalStateException());
        }
        deadLetters.forEach(one -> {
            storedKeys.add(new String(one.get("key", Binary.class).getData(), UTF_8));
            stored.add(one.getString("_id").replace("id-", ""));
        });
    }
}
