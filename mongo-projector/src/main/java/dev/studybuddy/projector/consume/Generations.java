package dev.studybuddy.projector.consume;

import static java.util.Objects.requireNonNull;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Upcasting;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.deadletter.DeadLetters;
import dev.studybuddy.projector.journal.PartitionJournal;
import dev.studybuddy.projector.journal.Place;
import dev.studybuddy.projector.lag.LiveDelay;
import dev.studybuddy.projector.lag.ProjectorMetrics;
import dev.studybuddy.projector.readmodel.Lines;
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
public final class Generations {

    private final Consumers consumers;
    private final Lines sessions;
    private final DeadLetters deadLetters;
    private final ProjectorMetrics metrics;
    private final LiveDelay liveDelay;
    private final BatchTraces traces;
    private final MongoGate circuitBreaker;
    private final ProjectorProperties properties;
    private final Clock clock;

    Generations(
            Consumers consumers,
            Lines sessions,
            DeadLetters deadLetters,
            ProjectorMetrics metrics,
            LiveDelay liveDelay,
            BatchTraces traces,
            MongoGate circuitBreaker,
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
        Pace throttle = live
                ? Pace.live(liveDelay)
                : Pace.building(liveDelay, properties.projector().liveDelay());
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
                new LaneWorkers(workers, circuitBreaker, throttle),
                queueLimits);
    }

    private Lane createTask(
            ReadModel model, Generation generation, boolean live, TopicPartition partition, AggregateType type) {
        String name = model.name() + "-g" + generation.number();
        Place key = new Place(model, generation.number(), type, partition.partition());
        String topicId =
                requireNonNull(generation.topics().get(partition.topic())).id();
        return new Lane(
                partition,
                new PartitionJournal(key, sessions, deadLetters, clock),
                new Decoding(type, Upcasting.PRESENT, topicId, clock),
                properties.projector().batch(),
                metrics.of(model.name(), generation.number(), partition.topic()),
                // A building generation reads events whose traces ended long ago.
                live ? records -> traces.begin(name, records) : records -> BatchSpans.NONE,
                clock);
    }
}
