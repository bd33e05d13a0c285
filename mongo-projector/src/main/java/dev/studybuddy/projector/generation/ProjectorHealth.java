package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.consume.MongoGate;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Ready when the generations are watched, each that is served here polls, and both servers answer. Not alive would be
 * another thing: no restart brings a server back.
 */
@Component("projector")
final class ProjectorHealth implements HealthIndicator {

    private final GenerationWatch watch;
    private final MongoGate gate;
    private final KafkaWatch kafka;

    ProjectorHealth(GenerationWatch watch, MongoGate gate, KafkaWatch kafka) {
        this.watch = watch;
        this.gate = gate;
        this.kafka = kafka;
    }

    @Override
    public Health health() {
        List<GenerationRunner> serving = watch.serving();
        boolean polls = !serving.isEmpty() && serving.stream().allMatch(GenerationRunner::polls);
        boolean away = kafka.away();
        return (watch.watching() && polls && !gate.open() && !away ? Health.up() : Health.down())
                .withDetail("generations", serving.size())
                .withDetail(
                        "partitions",
                        serving.stream().mapToInt(GenerationRunner::partitions).sum())
                .withDetail(
                        "waiting",
                        serving.stream().mapToLong(GenerationRunner::waiting).sum())
                .withDetail("kafka", away ? "away" : "answers")
                .withDetail("mongodbCircuit", gate.open() ? "open" : "closed")
                .build();
    }
}
