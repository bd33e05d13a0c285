package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

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
import dev.studybuddy.projector.mongo.BatchCircuitBreaker;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.trace.BatchSpans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class TaskExecutorTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InMemoryJournals journals = new InMemoryJournals();
    private final List<Integer> begun = new CopyOnWriteArrayList<>();
    private final List<Integer> stored = new CopyOnWriteArrayList<>();
    private final Map<Integer, CountDownLatch> latches = new ConcurrentHashMap<>();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger threadFailuresLeft = new AtomicInteger();
    private final TaskExecutor executor = new TaskExecutor(
            2,
            new TaskRunner(
                    new BatchGroupRunner(journals, this::store),
                    new BatchCircuitBreaker(registry),
                    new Throttle(new LiveLag(() -> 0), Duration.ofSeconds(5), () -> true, () -> false),
                    new RefusedWrites(registry, () -> 0),
                    "study-g1"),
            nanos::get,
            prefix -> this::createThread);

    @AfterEach
    void close() {
        latches.values().forEach(CountDownLatch::countDown);
        executor.close();
    }

    /** The clock does not move while a group runs, so that no further group starts. */
    @Test
    void aTaskThatFailedRunsAloneWhileTheOthersWaitForTheirGroup() {
        PartitionTask blocked = createTask(0);
        PartitionTask waiting = createTask(1);
        PartitionTask failed = createTask(2);
        failed.recordFailure();
        CountDownLatch latch = block(blocked);

        List.of(blocked, waiting, failed).forEach(executor::submitBatches);

        await().until(() -> stored.contains(2));
        assertThat(stored).containsExactly(2);
        assertThat(waiting.isFree()).isFalse();
        await().until(failed::isFree);
        assertThat(failed.runsAlone()).isFalse();

        addRecord(failed, 1);
        executor.submitBatches(failed);
        latch.countDown();
        await().until(blocked::isFree);
        nanos.addAndGet(ReadyTasks.BUSY_START_INTERVAL.toNanos());
        await().until(() -> {
            executor.startGroups();
            return stored.size() == 4;
        });

        // The task whose batch was applied waits for a group again, like the others.
        assertThat(stored).containsExactly(2, 0, 1, 2);
    }

    /** An executor with two threads has one for the tasks that run alone. */
    @Test
    void aBatchThatWaitsForAThreadWhenAPauseBeginsRunsAfterThePause() {
        PartitionTask blocked = createTask(0);
        PartitionTask waiting = createTask(1);
        blocked.recordFailure();
        waiting.recordFailure();
        CountDownLatch latch = block(blocked);
        executor.submitBatches(blocked);
        await().until(() -> begun.contains(0));
        executor.submitBatches(waiting);

        executor.setThrottled(true);
        latch.countDown();

        await().until(() -> blocked.isFree() && waiting.isFree());
        assertThat(stored).containsExactly(0);
        assertThat(waiting.runsAlone()).isTrue();

        executor.setThrottled(false);
        executor.submitBatches(waiting);

        await().until(() -> stored.contains(1));
    }

    /** The task that runs alone and the first group have all memory. */
    @Test
    void aGroupThatWaitsForMemoryWhenAPauseBeginsRunsAfterThePause() {
        PartitionTask alone = createTask(0);
        PartitionTask grouped = createTask(1);
        PartitionTask waiting = createTask(2);
        alone.recordFailure();
        CountDownLatch aloneLatch = block(alone);
        CountDownLatch groupedLatch = block(grouped);
        executor.submitBatches(alone);
        executor.submitBatches(grouped);
        await().until(() -> begun.containsAll(List.of(0, 1)));
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        executor.submitBatches(waiting);

        executor.setThrottled(true);
        aloneLatch.countDown();
        groupedLatch.countDown();

        await().until(() -> alone.isFree() && grouped.isFree() && waiting.isFree());
        assertThat(stored).containsExactlyInAnyOrder(0, 1);

        executor.setThrottled(false);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        executor.submitBatches(waiting);

        await().until(() -> stored.contains(2));
    }

    /** A journal has no position during a batch, although the batch may succeed. */
    @Test
    void aTaskDuringABatchIsNotOneWithoutAPosition() {
        PartitionTask task = createTask(0);
        CountDownLatch latch = block(task);
        assertThat(task.state()).isEqualTo(PartitionTask.State.WITH_RECORDS);

        executor.submitBatches(task);
        await().until(() -> begun.contains(0));

        assertThat(task.hasPosition()).isFalse();
        assertThat(task.state()).isEqualTo(PartitionTask.State.ACQUIRED);
        latch.countDown();
        await().until(task::isFree);
        assertThat(task.state()).isEqualTo(PartitionTask.State.WITHOUT_RECORDS);
        task.journal().close();
        assertThat(task.state()).isEqualTo(PartitionTask.State.WITHOUT_POSITION);
    }

    @ParameterizedTest
    @MethodSource("submissions")
    void aTaskWhoseThreadCannotStartIsReleased(BiConsumer<TaskExecutor, PartitionTask> submission)
            throws InterruptedException {
        PartitionTask task = createTask(0);
        threadFailuresLeft.set(1);

        submission.accept(executor, task);

        executor.stop(task);
        assertThatIllegalStateException()
                .isThrownBy(executor::rethrowUnexpected)
                .withCauseInstanceOf(OutOfMemoryError.class);
        nanos.addAndGet(ReadyTasks.MIN_START_INTERVAL.toNanos());
        executor.submitBatches(createTask(1));
        await().until(() -> stored.contains(1));
    }

    private static Stream<Named<BiConsumer<TaskExecutor, PartitionTask>>> submissions() {
        return Stream.of(
                Named.of("the batch of a group", TaskExecutor::submitBatches),
                Named.of("a batch that runs alone", (executor, task) -> {
                    task.recordFailure();
                    executor.submitBatches(task);
                }),
                Named.of("a recovery", TaskExecutor::submitRecovery),
                Named.of("a done update", (executor, task) -> executor.submitDoneUpdates(Map.of(task, 1L))));
    }

    private Thread createThread(Runnable work) {
        if (threadFailuresLeft.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        return Thread.ofPlatform().unstarted(work);
    }

    private CountDownLatch block(PartitionTask task) {
        CountDownLatch latch = new CountDownLatch(1);
        latches.put(task.partition().partition(), latch);
        return latch;
    }

    private void store(FencedSession session, List<Document> deadLetters) {
        int partition = deadLetters.getFirst().getInteger("partition");
        begun.add(partition);
        CountDownLatch latch = latches.get(partition);
        if (latch != null) {
            try {
                latch.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        stored.add(partition);
    }

    private static void addRecord(PartitionTask task, long offset) {
        TopicPartition partition = task.partition();
        task.queue()
                .add(List.of(new ConsumerRecord<>(
                        partition.topic(), partition.partition(), offset, "k".getBytes(UTF_8), null)));
    }

    /** Creates a task with a position and with one record that has no value. */
    private PartitionTask createTask(int partition) {
        JournalKey key = new JournalKey(new NamedReadModel(), 1, AggregateType.TODO, partition);
        String journalId = "todo-" + partition;
        journals.documents().put(journalId, Journal.createInitial(journalId, 0));
        BatchRecorder recorder =
                new BatchRecorder(TestMetrics.ofTopic(registry), records -> BatchSpans.NONE, Clock.systemUTC());
        RecordDecoder decoder = new RecordDecoder(
                AggregateType.TODO, SchemaUpcaster.PRESENT, DecodingRules.FIRST_RELEASE, "id", Clock.systemUTC());
        BatchLimits limits = new BatchLimits(10, 1_000_000);
        PartitionTask task = new PartitionTask(
                new TopicPartition("todo", partition),
                new PartitionJournal(key, journals, this::store, Clock.systemUTC(), JournalMemory.ofHeap()),
                new DecodedRecords(decoder, recorder, new RetainedRecordMemory(limits)),
                new RecordQueue(limits),
                recorder,
                () -> 0);
        task.journal().recover();
        addRecord(task, 0);
        return task;
    }
}
