package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.consume.MongoGate;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Ready when the generations are watched and each that is served here polls. */
@Component("projector")
final class ProjectorHealth implements HealthIndicator {

    private final GenerationWatch watch;
    private final MongoGate gate;

    ProjectorHealth(GenerationWatch watch, MongoGate gate) {
        this.watch = watch;
        this.gate = gate;
    }

    @Override
    public Health health() {
        List<GenerationRunner> serving = watch.serving();
        boolean polls = !serving.isEmpty() && serving.stream().allMatch(GenerationRunner::polls);
        return (watch.watching() && polls && !gate.open() ? Health.up() : Health.down())
                .withDetail("generations", serving.size())
                .withDetail(
                        "partitions",
                        serving.stream().mapToInt(GenerationRunner::partitions).sum())
                .withDetail(
                        "waiting",
                        serving.stream().mapToLong(GenerationRunner::waiting).sum())
                .withDetail("mongodbCircuit", gate.open() ? "open" : "closed")
                .build();
    }
}
