package dev.studybuddy.projector.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.projector.ProjectorProperties;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ProjectorMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ProjectorMetrics metrics = new ProjectorMetrics(
            registry,
            new Binder(new MapConfigurationPropertySource()).bindOrCreate("studybuddy", ProjectorProperties.class));

    @Test
    void theMetricsOfAGenerationAreRemovedAndThoseOfOthersRemain() {
        List<Meter> withoutGenerations = registry.getMeters();
        metrics.of("study", 1, "todo");
        metrics.of("study", 1, "user");
        metrics.of("study", 1, "user");

        metrics.removeGeneration("study", 1);

        assertThat(registry.getMeters()).containsExactlyInAnyOrderElementsOf(withoutGenerations);

        metrics.of("study", 2, "todo");
        metrics.of("subjects", 1, "todo");
        List<Meter> ofOthers = registry.getMeters();
        metrics.of("study", 1, "todo");

        metrics.removeGeneration("study", 1);

        assertThat(registry.getMeters()).containsExactlyInAnyOrderElementsOf(ofOthers);
    }

    @Test
    void aGenerationThatIsServedAgainHasMetricsThatStartAtZero() {
        metrics.of("study", 1, "todo").events().increment(3);
        metrics.removeGeneration("study", 1);

        metrics.of("study", 1, "todo").events().increment();

        assertThat(registry.get("projector_events")
                        .tags("model", "study", "generation", "1", "topic", "todo")
                        .counter()
                        .count())
                .isEqualTo(1);
    }
}
