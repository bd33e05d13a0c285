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

/** Makes the consumers of generations: live ones and building ones are the same but for their pace. */
@Component
public final class Generations {

    private final Consumers consumers;
    private final Lines lines;
    private final DeadLetters deadLetters;
    private final ProjectorMetrics metrics;
    private final LiveDelay delay;
    private final BatchTraces traces;
    private final MongoGate gate;
    private final ProjectorProperties properties;
    private final Clock clock;

    Generations(
            Consumers consumers,
            Lines lines,
            DeadLetters deadLetters,
            ProjectorMetrics metrics,
            LiveDelay delay,
            BatchTraces traces,
            MongoGate gate,
            ProjectorProperties properties,
            Clock clock) {
        this.consumers = consumers;
        this.lines = lines;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
        this.delay = delay;
        this.traces = traces;
        this.gate = gate;
        this.properties = properties;
        this.clock = clock;
    }

    /** A way to open a consumer of a generation's group, as often as need be. */
    Supplier<GenerationConsumer> opening(ReadModel model, Generation generation, boolean live, String clientId) {
        Map<String, AggregateType> types = new HashMap<>();
        model.reads().forEach(type -> types.put(type.topic(properties.topicPrefix()), type));
        Collection<String> topics = types.keySet();
        String group = Names.group(properties.groupPrefix(), model.name(), generation.number());
        Pace pace = live
                ? Pace.live(delay)
                : Pace.building(delay, properties.projector().liveDelay());
        int workers = properties.projector().workers();
        BatchLimits batch = properties.projector().batch();
        // What workers have in hand counts too. More in memory would be copied by the collector while it waits its
        // turn.
        BatchLimits mostQueued = new BatchLimits(2 * batch.records(), 2 * batch.bytes());
        return () -> new GenerationConsumer(
                consumers.of(group, clientId),
                topics,
                partition -> lane(model, generation, live, partition, requireNonNull(types.get(partition.topic()))),
                pace,
                new LaneWorkers(workers, gate, pace),
                mostQueued);
    }

    private Lane lane(
            ReadModel model, Generation generation, boolean live, TopicPartition partition, AggregateType type) {
        String name = model.name() + "-g" + generation.number();
        Place place = new Place(model, generation.number(), type, partition.partition());
        String topicId =
                requireNonNull(generation.topics().get(partition.topic())).id();
        return new Lane(
                partition,
                new PartitionJournal(place, lines, deadLetters, clock),
                new Decoding(type, Upcasting.PRESENT, topicId, clock),
                properties.projector().batch(),
                metrics.of(model.name(), generation.number(), partition.topic()),
                // A rebuild reads events whose traces ended long ago.
                live ? records -> traces.begin(name, records) : records -> BatchSpans.NONE,
                clock);
    }
}
