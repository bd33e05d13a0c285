package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.consume.LeaderWaits;
import dev.studybuddy.projector.consume.PermissionWaits;
import dev.studybuddy.projector.consume.RefusedWrites;
import dev.studybuddy.projector.consume.SchemaWaits;
import dev.studybuddy.projector.kafka.BrokerAvailability;
import dev.studybuddy.projector.mongo.BatchCircuitBreaker;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports the projector as ready while it reads the generation record of each read model, each generation that it
 * serves polls, and both Kafka and MongoDB respond. It is not ready if partitions wait for a refused command and no
 * batch was applied since the last of them began to wait. A projector that serves nothing, because every generation
 * needs a newer projection, is ready too. An outage does not affect liveness, because a restart of the projector cannot
 * repair a server; liveness reports only threads that have ended.
 */
@Component("projector")
final class ProjectorHealth implements HealthIndicator {

    private final GenerationReconciler reconciler;
    private final BatchCircuitBreaker circuitBreaker;
    private final BrokerAvailability brokerAvailability;
    private final RefusedWrites refusedWrites;
    private final TopicDefects topicDefects;
    private final IndexDifferences indexDifferences;
    private final SchemaWaits schemaWaits;
    private final LeaderWaits leaderWaits;
    private final PermissionWaits permissionWaits;

    ProjectorHealth(
            GenerationReconciler reconciler,
            BatchCircuitBreaker circuitBreaker,
            BrokerAvailability brokerAvailability,
            RefusedWrites refusedWrites,
            TopicDefects topicDefects,
            IndexDifferences indexDifferences,
            SchemaWaits schemaWaits,
            LeaderWaits leaderWaits,
            PermissionWaits permissionWaits) {
        this.reconciler = reconciler;
        this.circuitBreaker = circuitBreaker;
        this.brokerAvailability = brokerAvailability;
        this.refusedWrites = refusedWrites;
        this.topicDefects = topicDefects;
        this.indexDifferences = indexDifferences;
        this.schemaWaits = schemaWaits;
        this.leaderWaits = leaderWaits;
        this.permissionWaits = permissionWaits;
    }

    @Override
    public Health health() {
        List<GenerationRunner> runners = reconciler.runners();
        boolean polling = (!runners.isEmpty() || reconciler.isOutdated())
                && runners.stream().allMatch(GenerationRunner::isPolling);
        List<String> unreadModels = reconciler.findUnreadModels();
        boolean kafkaUnavailable = brokerAvailability.isUnavailable();
        boolean circuitOpen = circuitBreaker.isOpen();
        boolean mongodbRefusesAll = refusedWrites.stopsAllWork();
        boolean serversAvailable = !circuitOpen && !mongodbRefusesAll && !kafkaUnavailable;
        Health.Builder health = (unreadModels.isEmpty() && polling && serversAvailable ? Health.up() : Health.down())
                .withDetail("generations", runners.size())
                .withDetail("unreadGenerationRecords", unreadModels)
                .withDetail(
                        "paused",
                        runners.stream()
                                .filter(GenerationRunner::isPaused)
                                .map(GenerationRunner::name)
                                .toList())
                .withDetail(
                        "partitions",
                        runners.stream()
                                .mapToInt(GenerationRunner::partitionCount)
                                .sum())
                .withDetail(
                        "waiting",
                        runners.stream()
                                .mapToLong(GenerationRunner::waitingPartitionCount)
                                .sum())
                .withDetail("refusedWrites", refusedWrites.describe())
                .withDetail("topicDefects", topicDefects.describe())
                .withDetail("indexDifferences", indexDifferences.describe())
                .withDetail("newerSchemas", schemaWaits.describe())
                .withDetail("leaderWaits", leaderWaits.describe())
                .withDetail("permissionWaits", permissionWaits.describe())
                .withDetail("kafka", kafkaUnavailable ? "unavailable" : "available")
                .withDetail("mongodbRefusesAll", mongodbRefusesAll)
                .withDetail("mongodbCircuit", circuitOpen ? "open" : "closed");
        if (circuitOpen) {
            health.withDetail("mongodbFailure", circuitBreaker.lastFailure());
        }
        return health.build();
    }
}
