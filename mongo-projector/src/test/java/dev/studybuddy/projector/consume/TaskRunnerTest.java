package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.outbox.EventHeaders;
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
import dev.studybuddy.projector.mongo.FencedSessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.projector.trace.BatchSpans;
import dev.studybuddy.readmodel.Names;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class TaskRunnerTest {

    private static final Instant NOW = Instant.parse("2026-08-01T00:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InMemoryJournals journals = new InMemoryJournals();
    private final Set<Integer> failing = new HashSet<>();
    private final Set<Integer> refused = new HashSet<>();
    private final LiveLag liveLag = new LiveLag(() -> 0);
    private final BatchCircuitBreaker circuitBreaker = new BatchCircuitBreaker(registry);
    private final RefusedWrites refusedWrites = new RefusedWrites(registry, () -> 0);
    private final TaskRunner runner = createRunner(journals, "study-g1");
    private final RetainedRecordMemory retainedRecords = new RetainedRecordMemory(new BatchLimits(2, 1_000_000));
    private final List<PartitionTask> tasks = List.of(createTask(0), createTask(1), createTask(2));

    @Test
    void aBatchThatCannotBeginLeavesNoSessionOfItsGroupOpen() {
        tasks.forEach(runner::recover);
        assertThat(journals.openSessions()).isEqualTo(3);
        failing.add(1);

        runner.runGroup(tasks);

        assertThat(journals.openSessions()).isZero();
        assertThat(tasks).allMatch(task -> !task.hasPosition());
        assertThat(journals.replacements()).isZero();
    }

    @Test
    void aGroupThatSucceedsKeepsOneSessionForEachTask() {
        tasks.forEach(runner::recover);

        runner.runGroup(tasks);

        assertThat(journals.openSessions()).isEqualTo(3);
        assertThat(tasks).allMatch(PartitionTask::hasPosition);
        assertThat(journals.replacements()).isEqualTo(3);
    }

    @Test
    void idleTasksRecordTheirPositionsWithOneCommand() {
        tasks.forEach(runner::recover);
        runner.runGroup(tasks);

        runner.recordDone(Map.of(tasks.get(0), 1L, tasks.get(1), 3L, tasks.get(2), 1L));

        assertThat(journals.positionUpdates()).containsExactly(Set.of("todo-0", "todo-1", "todo-2"));
        assertThat(tasks).extracting(task -> task.journal().done()).containsExactly(1L, 3L, 1L);
        assertThat(tasks).extracting(task -> task.journal().hi()).containsExactly(1L, 3L, 1L);
        assertThat(journals.openSessions()).isEqualTo(3);
    }

    @Test
    void aPositionThatAnotherInstanceChangedLeavesNoTaskOfItsGroupWithAPosition() {
        tasks.forEach(runner::recover);
        runner.runGroup(tasks);
        journals.documents().put("todo-1", Journal.createInitial("todo-1", 7));

        runner.recordDone(Map.of(tasks.get(0), 1L, tasks.get(1), 1L, tasks.get(2), 1L));

        assertThat(tasks).allMatch(task -> !task.hasPosition() && task.runsAlone());
        assertThat(tasks).allMatch(task -> task.retryTimer().isDue());
        assertThat(journals.openSessions()).isZero();
        tasks.forEach(runner::recover);
        assertThat(tasks).extracting(task -> task.journal().hi()).containsExactly(1L, 7L, 1L);
    }

    /** The recovery applies the batch that failed, so that no later batch shows that the work succeeds again. */
    @Test
    void aFailureOfAPartitionEndsWhenItsPositionIsRecorded() {
        PartitionTask task = tasks.get(1);
        runner.recover(task);
        refused.add(1);
        runner.runGroup(List.of(task));
        assertThat(task.failureLog().hasFailures()).isTrue();
        refused.clear();
        runner.recover(task);
        assertThat(task.journal().hi()).isEqualTo(1);

        runner.recordDone(Map.of(task, 1L));

        assertThat(task.journal().done()).isEqualTo(1);
        assertThat(task.failureLog().hasFailures()).isFalse();
    }

    /** After the recovery, the records of the failed batch are not polled again yet. */
    @Test
    void aBatchThatFailedStillFailsAfterThePositionBeforeItIsRecorded() {
        PartitionTask task = tasks.get(1);
        runner.recover(task);
        runner.runGroup(List.of(task));
        task.queue().add(List.of(record(1, 1)));
        failing.add(1);
        runner.runGroup(List.of(task));
        task.queue().clear();
        runner.recover(task);

        runner.recordDone(Map.of(task, 1L));

        assertThat(task.journal().done()).isEqualTo(1);
        assertThat(task.failureLog().hasFailures()).isTrue();

        failing.clear();
        task.queue().add(List.of(record(1, 1)));
        runner.runGroup(List.of(task));

        assertThat(task.journal().hi()).isEqualTo(2);
        assertThat(task.failureLog().hasFailures()).isFalse();
    }

    @Test
    void aPositionThatMongoDbRefusesMakesTheTasksOfItsGroupRunAlone() {
        tasks.forEach(runner::recover);
        runner.runGroup(tasks);
        journals.failReplacements(new TemporaryRefusalException(
                "nothing_journal_g1", "todo-1", new WriteRefusal(1, 371, "writes are blocked")));

        runner.recordDone(Map.of(tasks.get(0), 1L, tasks.get(1), 1L));

        assertThat(tasks.subList(0, 2)).allMatch(task -> !task.hasPosition() && task.runsAlone());
        assertThat(tasks.get(2).hasPosition()).isTrue();
        assertThat(journals.openSessions()).isEqualTo(1);
    }

    @Test
    void aPartitionWhoseWriteMongoDbRefusesRunsAloneUntilABatchIsApplied() {
        tasks.forEach(runner::recover);
        refused.add(1);

        runner.runGroup(tasks);

        assertThat(tasks).extracting(PartitionTask::runsAlone).containsExactly(false, true, false);
        assertThat(tasks).extracting(PartitionTask::hasPosition).containsExactly(true, false, true);

        refused.clear();
        PartitionTask task = tasks.get(1);
        runner.recover(task);
        assertThat(task.runsAlone()).isTrue();
        task.queue().clear();
        task.queue().add(List.of(record(1, 1)));
        runner.runGroup(List.of(task));

        assertThat(task.runsAlone()).isFalse();
        assertThat(task.journal().hi()).isEqualTo(2);
    }

    @Test
    void aGroupWithoutRecordsDoesNotShowThatMongoDbIsAvailable() {
        tasks.forEach(runner::recover);
        tasks.forEach(task -> task.queue().clear());
        OpenCircuits.open(circuitBreaker);

        runner.runGroup(tasks);

        assertThat(circuitBreaker.isOpen()).isTrue();
        assertThat(tasks).allMatch(PartitionTask::hasPosition);
        runner.recover(tasks.getFirst());
        assertThat(circuitBreaker.isOpen()).isFalse();
    }

    /** The shard of one collection of another read model is down. */
    @Test
    void aFailingReadModelDoesNotStopAnotherOne() {
        InMemoryJournals failingJournals = new InMemoryJournals();
        failingJournals.failReplacements(refusedCommand());
        TaskRunner failingRunner = createRunner(failingJournals, "subjects-g1");
        List<PartitionTask> failingTasks =
                List.of(createTask(0, failingJournals), createTask(1, failingJournals), createTask(2, failingJournals));

        for (int round = 0; round < 10; round++) {
            for (PartitionTask task : failingTasks) {
                failingRunner.recover(task);
                failingRunner.runGroup(List.of(task));
            }
        }

        assertThat(failingJournals.replacements()).isEqualTo(30);
        assertThat(failingTasks).allMatch(task -> !task.hasPosition() && task.runsAlone());
        assertThat(refusedWrites.describe())
                .containsExactly(
                        "todo-0 of subjects-g1 has waited 0 s: refused",
                        "todo-1 of subjects-g1 has waited 0 s: refused",
                        "todo-2 of subjects-g1 has waited 0 s: refused");
        assertThat(circuitBreaker.isOpen()).isFalse();
        assertThat(refusedWrites.stopsAllWork()).isTrue();
        tasks.forEach(runner::recover);
        runner.runGroup(tasks);
        assertThat(tasks).extracting(task -> task.journal().hi()).containsExactly(1L, 1L, 1L);
        assertThat(refusedWrites.stopsAllWork()).isFalse();
    }

    @Test
    void aRefusedCommandIsReportedUntilTheBatchThatFailedIsApplied() {
        PartitionTask task = tasks.getFirst();
        runner.recover(task);
        journals.failReplacements(refusedCommand());
        runner.runGroup(List.of(task));

        runner.recover(task);
        assertThat(refusedWrites.describe()).containsExactly("todo-0 of study-g1 has waited 0 s: refused");

        journals.failReplacements(null);
        runner.runGroup(List.of(task));
        assertThat(task.journal().hi()).isEqualTo(1);
        assertThat(refusedWrites.describe()).isEmpty();
    }

    @Test
    void aRefusedCommandOfAnIdlePartitionIsReportedUntilItsJournalIsRead() {
        PartitionTask task = tasks.getFirst();
        runner.recover(task);
        task.queue().clear();
        journals.failReplacements(refusedCommand());
        runner.recordDone(Map.of(task, 1L));
        assertThat(refusedWrites.describe()).hasSize(1);

        runner.recover(task);

        assertThat(refusedWrites.describe()).isEmpty();
    }

    private static FencedSessionLostException refusedCommand() {
        return new FencedSessionLostException(
                FencedSessionLostException.Cause.REFUSED_COMMAND, "refused", new IllegalStateException());
    }

    /** The tasks together may retain two records. */
    @Test
    void tasksThatFailedRetainDecodedRecordsWithinABoundOfAllTasks() {
        tasks.forEach(runner::recover);
        refused.addAll(List.of(0, 1, 2));

        tasks.forEach(task -> runner.runGroup(List.of(task)));

        assertThat(tasks).extracting(PartitionTask::decodedRecordCount).containsExactly(1, 1, 0);
        refused.clear();
        tasks.forEach(runner::recover);
        assertThat(tasks)
                .as("a recovery that applies the plan needs the records no longer")
                .allMatch(task -> task.decodedRecordCount() == 0);
        assertThat(retainedRecords.tryReserve(1_000)).isTrue();
        assertThat(retainedRecords.tryReserve(1_000)).isTrue();
        assertThat(retainedRecords.tryReserve(1_000)).isFalse();
    }

    /** A replay of a dead letter keeps the time of its event. */
    @Test
    void anOldEventInARecordThatJustReachedKafkaRaisesNoLiveLag() {
        applyRecord(NOW.minusSeconds(1), NOW.minusSeconds(3_600));

        assertThat(liveLag.current()).isEqualTo(Duration.ofSeconds(1));
        assertThat(registry.timer("end-to-end").max(TimeUnit.SECONDS)).isEqualTo(3_600);
    }

    @Test
    void aRecordThatHasBeenInKafkaForLongRaisesTheLiveLag() {
        applyRecord(NOW.minusSeconds(6), NOW);

        assertThat(liveLag.current()).isEqualTo(Duration.ofSeconds(6));
    }

    /** Applies a batch with one record that has no value. */
    private void applyRecord(Instant timestamp, Instant eventTime) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "todo",
                0,
                0,
                timestamp.toEpochMilli(),
                TimestampType.CREATE_TIME,
                1,
                ConsumerRecord.NULL_SIZE,
                "k".getBytes(UTF_8),
                null,
                new RecordHeaders().add(EventHeaders.TIME, eventTime.toString().getBytes(UTF_8)),
                Optional.empty());
        PartitionTask task = tasks.getFirst();
        task.queue().clear();
        task.queue().add(List.of(record));
        runner.recover(task);

        runner.runGroup(List.of(task));

        assertThat(task.journal().hi()).isEqualTo(1);
    }

    private void store(FencedSession session, List<Document> deadLetters) {
        int partition = deadLetters.getFirst().getInteger("partition");
        if (refused.contains(partition)) {
            throw new TemporaryRefusalException(
                    Names.DEAD_LETTERS, "todo-" + partition, new WriteRefusal(0, 371, "writes are blocked"));
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(int partition, long offset) {
        return new ConsumerRecord<>("todo", partition, offset, "k".getBytes(UTF_8), null);
    }

    private TaskRunner createRunner(InMemoryJournals sessions, String generation) {
        return new TaskRunner(
                new BatchGroupRunner(sessions, this::store),
                circuitBreaker,
                new Throttle(liveLag, Duration.ofSeconds(5), () -> true, () -> false),
                refusedWrites,
                generation);
    }

    private PartitionTask createTask(int partition) {
        return createTask(partition, journals);
    }

    /**
     * Creates a task with one record that has no value. Its batch cannot begin while {@link #failing} contains the
     * partition.
     */
    private PartitionTask createTask(int partition, InMemoryJournals itsJournals) {
        RecordQueue queue = new RecordQueue(new BatchLimits(10, 1_000_000));
        queue.add(List.of(record(partition, 0)));
        JournalKey key = new JournalKey(new NamedReadModel(), 1, AggregateType.TODO, partition);
        String journalId = "todo-" + partition;
        itsJournals.documents().put(journalId, Journal.createInitial(journalId, 0));
        BatchRecorder recorder = new BatchRecorder(
                TestMetrics.ofTopic(registry),
                records -> {
                    if (failing.contains(partition)) {
                        throw new IllegalStateException("the spans cannot start");
                    }
                    return BatchSpans.NONE;
                },
                Clock.fixed(NOW, ZoneOffset.UTC));
        RecordDecoder decoder = new RecordDecoder(
                AggregateType.TODO, SchemaUpcaster.PRESENT, DecodingRules.FIRST_RELEASE, "id", Clock.systemUTC());
        return new PartitionTask(
                new TopicPartition("todo", partition),
                new PartitionJournal(key, itsJournals, this::store, Clock.systemUTC(), JournalMemory.ofHeap()),
                new DecodedRecords(decoder, recorder, retainedRecords),
                queue,
                recorder,
                () -> 0);
    }
}
