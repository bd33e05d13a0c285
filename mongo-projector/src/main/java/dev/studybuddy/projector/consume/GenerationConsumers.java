package dev.studybuddy.projector.consume;

import static java.util.Objects.requireNonNull;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.ProjectorProperties.BatchLimits;
import dev.studybuddy.projector.kafka.ConsumerFactory;
import dev.studybuddy.projector.kafka.PollBudget;
import dev.studybuddy.projector.mongo.BatchCircuitBreaker;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Creates the runners of generations and their consumers. Live and building generations differ only in their throttle
 * and their traces.
 */
@Component
public final class GenerationConsumers {

    private final ConsumerFactory consumerFactory;
    private final PartitionTaskFactory taskFactory;
    private final LiveLag liveLag;
    private final BatchCircuitBreaker circuitBreaker;
    private final RefusedWrites refusedWrites;
    private final SchemaGateFactory schemaGates;
    private final LeaderWaits leaderWaits;
    private final PermissionWaits permissionWaits;
    private final ProjectorProperties properties;
    private final MonotonicClock clock;

    GenerationConsumers(
            ConsumerFactory consumerFactory,
            PartitionTaskFactory taskFactory,
            LiveLag liveLag,
            BatchCircuitBreaker circuitBreaker,
            RefusedWrites refusedWrites,
            SchemaGateFactory schemaGates,
            LeaderWaits leaderWaits,
            PermissionWaits permissionWaits,
            ProjectorProperties properties,
            MonotonicClock clock) {
        this.consumerFactory = consumerFactory;
        this.taskFactory = taskFactory;
        this.liveLag = liveLag;
        this.circuitBreaker = circuitBreaker;
        this.refusedWrites = refusedWrites;
        this.schemaGates = schemaGates;
        this.leaderWaits = leaderWaits;
        this.permissionWaits = permissionWaits;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Creates a runner that serves a generation after its start.
     *
     * @param live whether the generation is live now; one that is not live is being built and waits while the live ones
     *     are late. {@link GenerationRunner#setLive} changes this later
     * @param clientIdPrefix the start of the Kafka client's id, which the name of the generation completes
     * @param provisioning the work that precedes the first consumer; the runner retries it until it succeeds
     * @param onBroken receives the reason why the generation can no longer become exact
     */
    public GenerationRunner createRunner(
            ReadModel model,
            Generation generation,
            boolean live,
            String clientIdPrefix,
            Runnable provisioning,
            Consumer<String> onBroken) {
        String name = model.name() + "-g" + generation.number();
        GenerationFlags flags = new GenerationFlags(live);
        Supplier<GenerationConsumer> consumers =
                consumerSupplier(model, generation, flags, name, clientIdPrefix + '-' + name);
        return new GenerationRunner(name, flags, provisioning, consumers, onBroken, clock);
    }

    /** Returns a supplier that opens a new consumer of the generation's group on each call. */
    private Supplier<GenerationConsumer> consumerSupplier(
            ReadModel model, Generation generation, GenerationFlags flags, String name, String clientId) {
        // The generation reads the topics with which it was started, even if the prefix of the topics has changed
        // since.
        Map<String, AggregateType> types = new HashMap<>();
        generation.topics().keySet().forEach(topic -> types.put(topic, AggregateType.requireOfTopic(topic)));
        String group = Names.group(properties.groupPrefix(), model.name(), generation.number());
        Throttle throttle = new Throttle(liveLag, properties.projector().liveDelay(), flags::isLive, flags::isPaused);
        int workers = properties.projector().workers();
        BatchLimits batch = properties.projector().batch();
        // These limits also count the records in a worker's batch. With higher limits, more records would wait, and the
        // garbage collector would copy them.
        BatchLimits queueLimits = new BatchLimits(2 * batch.records(), 2 * batch.bytes());
        return () -> {
            PollBudget budget = new PollBudget();
            var consumer = consumerFactory.create(group, clientId, budget);
            RetainedRecordMemory memory = new RetainedRecordMemory(queueLimits);
            return new GenerationConsumer(
                    consumer,
                    new ConsumerPositions(name, consumer, leaderWaits, clock),
                    new PolledRecords(consumer, budget, schemaGates.create(name)),
                    new UnauthorizedTopics(name, types.keySet(), permissionWaits, clock),
                    partition -> taskFactory.create(
                            model,
                            generation,
                            flags::isLive,
                            partition,
                            requireNonNull(types.get(partition.topic())),
                            memory),
                    throttle,
                    new TaskExecutor(
                            workers,
                            new TaskRunner(
                                    taskFactory.createGroupRunner(), circuitBreaker, throttle, refusedWrites, name),
                            clock),
                    queueLimits,
                    clock);
        };
    }
}
