package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.kafka.BrokerProbe;
import dev.studybuddy.projector.mongo.MongoCircuitBreaker;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * The projector is ready while it reads the generation records, each generation that it serves polls, and both Kafka
 * and MongoDB respond. An outage does not affect liveness, because a restart of the projector cannot repair a server.
 */
@Component("projector")
final class ProjectorHealth implements HealthIndicator {

    private final GenerationReconciler watch;
    private final MongoCircuitBreaker circuitBreaker;
    private final BrokerProbe kafka;

    ProjectorHealth(GenerationReconciler watch, MongoCircuitBreaker circuitBreaker, BrokerProbe kafka) {
        this.watch = watch;
        this.circuitBreaker = circuitBreaker;
        this.kafka = kafka;
    }

    @Override
    public Health health() {
        List<GenerationRunner> runners = watch.runners();
        boolean polls = !runners.isEmpty() && runners.stream().allMatch(GenerationRunner::polls);
        boolean kafkaUnavailable = kafka.isUnavailable();
        boolean circuitOpen = circuitBreaker.open();
        return (watch.isWatching() && polls && !circuitOpen && !kafkaUnavailable ? Health.up() : Health.down())
                .withDetail("generations", runners.size())
                .withDetail(
                        "partitions",
                        runners.stream().mapToInt(GenerationRunner::partitions).sum())
                .withDetail(
                        "waiting",
                        runners.stream().mapToLong(GenerationRunner::waiting).sum())
                .withDetail("kafka", kafkaUnavailable ? "away" : "answers")
                .withDetail("mongodbCircuit", circuitOpen ? "open" : "closed")
                .build();
    }
}
