package dev.studybuddy.projector.consume;

import static java.util.Objects.requireNonNull;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Upcasting;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.deadletter.DeadLetterStore;
import dev.studybuddy.projector.decode.RecordDecoder;
import dev.studybuddy.projector.journal.JournalKey;
import dev.studybuddy.projector.journal.PartitionJournal;
import dev.studybuddy.projector.kafka.ConsumerFactory;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.projector.mongo.MongoCircuitBreaker;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.projector.trace.BatchSpans;
import dev.studybuddy.projector.trace.BatchTraces;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.Names;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.springframework.stereotype.Component;

/**
 * Creates the consumers of generations. Live and building generations differ only in their throttle and their traces.
 */
@Component
public final class GenerationConsumers {

    private final ConsumerFactory consumers;
    private final FencedSessions sessions;
    private final DeadLetterStore deadLetters;
    private final ProjectorMetrics metrics;
    private final LiveLag liveDelay;
    private final BatchTraces traces;
    private final MongoCircuitBreaker circuitBreaker;
    private final ProjectorProperties properties;
    private final Clock clock;

    GenerationConsumers(
            ConsumerFactory consumers,
            FencedSessions sessions,
            DeadLetterStore deadLetters,
            ProjectorMetrics metrics,
            LiveLag liveDelay,
            BatchTraces traces,
            MongoCircuitBreaker circuitBreaker,
            ProjectorProperties properties,
            Clock clock) {
        this.consumers = consumers;
        this.sessions = sessions;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
        this.liveDelay = liveDelay;
        this.traces = traces;
        this.circuitBreaker = circuitBreaker;
        this.properties = properties;
        this.clock = clock;
    }

    /** Returns a supplier that opens a new consumer of the generation's group on each call. */
    Supplier<GenerationConsumer> createConsumerSupplier(
            ReadModel model, Generation generation, boolean live, String clientId) {
        Map<String, AggregateType> types = new HashMap<>();
        model.reads().forEach(type -> types.put(type.topic(properties.topicPrefix()), type));
        Collection<String> topics = types.keySet();
        String group = Names.group(properties.groupPrefix(), model.name(), generation.number());
        Throttle throttle = live
                ? Throttle.live(liveDelay)
                : Throttle.building(liveDelay, properties.projector().liveDelay());
        int workers = properties.projector().workers();
        BatchLimits batch = properties.projector().batch();
        // Records in a worker's batch count too. The garbage collector would copy more records while they wait.
        BatchLimits queueLimits = new BatchLimits(2 * batch.records(), 2 * batch.bytes());
        return () -> new GenerationConsumer(
                consumers.create(group, clientId),
                topics,
                partition ->
                        createTask(model, generation, live, partition, requireNonNull(types.get(partition.topic()))),
                throttle,
                new TaskExecutor(workers, circuitBreaker, throttle),
                queueLimits);
    }

    private PartitionTask createTask(
            ReadModel model, Generation generation, boolean live, TopicPartition partition, AggregateType type) {
        String name = model.name() + "-g" + generation.number();
        JournalKey key = new JournalKey(model, generation.number(), type, partition.partition());
        String topicId =
                requireNonNull(generation.topics().get(partition.topic())).id();
        return new PartitionTask(
                partition,
                new PartitionJournal(key, sessions, deadLetters, clock),
                new RecordDecoder(type, Upcasting.PRESENT, topicId, clock),
                properties.projector().batch(),
                metrics.of(model.name(), generation.number(), partition.topic()),
                // A building generation reads events whose traces ended long ago.
                live ? records -> traces.begin(name, records) : records -> BatchSpans.NONE,
                clock);
    }
}
