package dev.studybuddy.projector.consume;

import static java.util.Objects.requireNonNull;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.decode.DecodingRules;
import dev.studybuddy.projector.decode.RecordDecoder;
import dev.studybuddy.projector.journal.BatchGroupRunner;
import dev.studybuddy.projector.journal.DeadLetterSink;
import dev.studybuddy.projector.journal.JournalKey;
import dev.studybuddy.projector.journal.JournalMemory;
import dev.studybuddy.projector.journal.PartitionJournal;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.projector.trace.BatchSpans;
import dev.studybuddy.projector.trace.BatchTraces;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.ReadModel;
import java.time.Clock;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.springframework.stereotype.Component;

/** Creates the tasks of a generation's partitions. */
@Component
final class PartitionTaskFactory {

    private final FencedSessions sessions;
    private final DeadLetterSink deadLetters;
    private final ProjectorMetrics metrics;
    private final BatchTraces traces;
    private final SchemaUpcaster upcaster;
    private final ProjectorProperties properties;
    private final Clock clock;
    private final MonotonicClock monotonicClock;
    private final JournalMemory journalMemory = JournalMemory.ofHeap();

    PartitionTaskFactory(
            FencedSessions sessions,
            DeadLetterSink deadLetters,
            ProjectorMetrics metrics,
            BatchTraces traces,
            SchemaUpcaster upcaster,
            ProjectorProperties properties,
            Clock clock,
            MonotonicClock monotonicClock) {
        this.sessions = sessions;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
        this.traces = traces;
        this.upcaster = upcaster;
        this.properties = properties;
        this.clock = clock;
        this.monotonicClock = monotonicClock;
    }

    /** Creates the runner of the groups in which the batches of tasks run. */
    BatchGroupRunner createGroupRunner() {
        return new BatchGroupRunner(sessions, deadLetters);
    }

    /**
     * Creates the task of one partition.
     *
     * @param live returns whether the generation is live now; the events of a building one get no spans, because their
     *     traces ended long ago
     * @param memory bounds the decoded records that the tasks of a consumer retain after failures
     */
    PartitionTask create(
            ReadModel model,
            Generation generation,
            BooleanSupplier live,
            TopicPartition partition,
            AggregateType type,
            RetainedRecordMemory memory) {
        String name = model.name() + "-g" + generation.number();
        JournalKey key = new JournalKey(model, generation.number(), type, partition.partition());
        String topicId =
                requireNonNull(generation.topics().get(partition.topic())).id();
        BatchRecorder recorder = new BatchRecorder(
                metrics.of(model.name(), generation.number(), partition.topic()),
                records -> live.getAsBoolean() ? traces.start(name, records) : BatchSpans.NONE,
                clock);
        RecordDecoder decoder =
                new RecordDecoder(type, upcaster, DecodingRules.of(generation.projectionVersion()), topicId, clock);
        return new PartitionTask(
                partition,
                new PartitionJournal(key, sessions, deadLetters, clock, journalMemory),
                new DecodedRecords(decoder, recorder, memory),
                new RecordQueue(properties.projector().batch()),
                recorder,
                monotonicClock);
    }
}
