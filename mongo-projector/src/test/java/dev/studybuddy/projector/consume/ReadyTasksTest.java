package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.projector.ProjectorProperties.BatchLimits;
import dev.studybuddy.projector.decode.DecodingRules;
import dev.studybuddy.projector.decode.RecordDecoder;
import dev.studybuddy.projector.journal.JournalKey;
import dev.studybuddy.projector.journal.JournalMemory;
import dev.studybuddy.projector.journal.PartitionJournal;
import dev.studybuddy.projector.trace.BatchSpans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReadyTasksTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final ReadyTasks ready = new ReadyTasks(2, nanos::get);

    @Test
    void aTaskStartsAtOnceAfterAQuietTime() {
        PartitionTask first = add(0, 1, 10);
        assertThat(ready.remainingStartDelay()).isZero();
        assertThat(ready.takeGroup()).containsExactly(first);
        ready.endGroup();

        advanceByInterval();
        PartitionTask second = add(1, 1, 10);
        assertThat(ready.remainingStartDelay()).isZero();
        assertThat(ready.takeGroup()).containsExactly(second);
    }

    @Test
    void tasksShareAGroupThatStartsAnIntervalAfterThePreviousOne() {
        add(0, 1, 10);
        assertThat(ready.takeGroup()).hasSize(1);
        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        ready.endGroup();
        PartitionTask second = add(1, 1, 10);
        assertThat(ready.takeGroup()).isEmpty();
        assertThat(ready.remainingStartDelay()).isEqualTo(Duration.ofMillis(2));

        nanos.addAndGet(Duration.ofMillis(2).toNanos() - 1);
        PartitionTask third = add(2, 1, 10);
        assertThat(ready.takeGroup()).isEmpty();
        nanos.incrementAndGet();

        assertThat(ready.takeGroup()).containsExactly(second, third);
        assertThat(ready.remainingStartDelay()).isZero();
    }

    @Test
    void aGroupOfSeveralRecordsDelaysTheNextGroupLonger() {
        add(0, 1, 10);
        add(1, 1, 10);
        assertThat(ready.takeGroup()).hasSize(2);
        ready.endGroup();
        PartitionTask third = add(2, 1, 10);

        advanceByInterval();
        assertThat(ready.takeGroup()).isEmpty();
        assertThat(ready.remainingStartDelay())
                .isEqualTo(ReadyTasks.BUSY_START_INTERVAL.minus(ReadyTasks.MIN_START_INTERVAL));
        advanceByInterval();
        assertThat(ready.takeGroup()).containsExactly(third);
    }

    @Test
    void aLargeGroupStartsWithoutADelay() {
        add(0, 1, 10);
        assertThat(ready.takeGroup()).hasSize(1);
        ready.endGroup();
        add(1, 499, 10);
        assertThat(ready.takeGroup()).isEmpty();

        add(2, 1, 10);
        assertThat(ready.takeGroup()).hasSize(2);
    }

    @Test
    void tasksWaitForARunningGroupAndShareTheNextOne() {
        PartitionTask first = add(0, 1, 10);
        assertThat(ready.takeGroup()).containsExactly(first);
        PartitionTask second = add(1, 1, 10);
        PartitionTask third = add(2, 1, 10);

        advanceByInterval();
        assertThat(ready.takeGroup()).isEmpty();
        ready.endGroup();

        assertThat(ready.takeGroup()).containsExactly(second, third);
    }

    @Test
    void aGroupThatTakesLongDelaysOthersByAtMostATenthOfASecond() {
        add(0, 1, 10);
        assertThat(ready.takeGroup()).hasSize(1);
        PartitionTask second = add(1, 1, 10);

        nanos.addAndGet(Duration.ofMillis(101).toNanos());
        assertThat(ready.takeGroup()).containsExactly(second);
    }

    @Test
    void aLargeGroupStartsInParallelUpToTheLimit() {
        add(0, 1, 10);
        assertThat(ready.takeGroup()).hasSize(1);
        PartitionTask large = add(1, 500, 10);
        assertThat(ready.takeGroup()).containsExactly(large);

        add(2, 500, 10);
        assertThat(ready.takeGroup()).isEmpty();
        ready.endGroup();
        assertThat(ready.takeGroup()).hasSize(1);
    }

    @Test
    void aGroupHasAtMostAMegabyteOfRecordsUnlessOneTaskHasMore() {
        PartitionTask huge = add(0, 1, 2_000_000);
        PartitionTask second = add(1, 1, 600_000);
        PartitionTask third = add(2, 1, 600_000);

        assertThat(ready.takeGroup()).containsExactly(huge);
        ready.endGroup();
        advanceByInterval();
        assertThat(ready.takeGroup()).containsExactly(second);
        ready.endGroup();
        advanceByInterval();
        assertThat(ready.takeGroup()).containsExactly(third);
    }

    @Test
    void aStoppedTaskIsNotAdded() {
        PartitionTask task = add(0, 1, 10);
        assertThat(ready.remove(task)).isTrue();
        assertThat(ready.remove(task)).isFalse();
        task.preventAcquisitions();

        assertThat(ready.add(task)).isFalse();
        assertThat(ready.takeGroup()).isEmpty();
    }

    private void advanceByInterval() {
        nanos.addAndGet(ReadyTasks.MIN_START_INTERVAL.toNanos());
    }

    private PartitionTask add(int partition, int records, int valueBytes) {
        BatchLimits limits = new BatchLimits(1_000, 10_000_000);
        RecordQueue queue = new RecordQueue(limits);
        queue.add(Collections.nCopies(
                records, new ConsumerRecord<>("todo", partition, 0, "k".getBytes(UTF_8), new byte[valueBytes])));
        JournalKey key = new JournalKey(new NamedReadModel(), 1, AggregateType.TODO, partition);
        BatchRecorder recorder =
                new BatchRecorder(TestMetrics.ofTopic(registry), any -> BatchSpans.NONE, Clock.systemUTC());
        RecordDecoder decoder = new RecordDecoder(
                AggregateType.TODO, SchemaUpcaster.PRESENT, DecodingRules.FIRST_RELEASE, "id", Clock.systemUTC());
        PartitionTask task = new PartitionTask(
                new TopicPartition("todo", partition),
                new PartitionJournal(
                        key,
                        new InMemoryJournals(),
                        (session, deadLetters) -> {},
                        Clock.systemUTC(),
                        JournalMemory.ofHeap()),
                new DecodedRecords(decoder, recorder, new RetainedRecordMemory(limits)),
                queue,
                recorder,
                nanos::get);
        ready.add(task);
        return task;
    }
}
