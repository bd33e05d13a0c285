package dev.studybuddy.projector.lag;

import dev.studybuddy.readmodel.DeadLetter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** The projector's own metrics. */
@Component
public final class ProjectorMetrics {

    private final MeterRegistry registry;

    ProjectorMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The metrics of one generation's topic. */
    public OfTopic of(String model, int generation, String topic) {
        Tags tags = Tags.of("model", model, "generation", String.valueOf(generation), "topic", topic);
        Tags ofGeneration = Tags.of("model", model, "generation", String.valueOf(generation));
        return new OfTopic(
                Counter.builder("projector_events").tags(tags).register(registry),
                Timer.builder("projector_batch")
                        .publishPercentileHistogram()
                        .tags(ofGeneration)
                        .register(registry),
                Timer.builder("projector_end_to_end")
                        .publishPercentileHistogram()
                        .maximumExpectedValue(Duration.ofMinutes(1))
                        .tags(ofGeneration)
                        .register(registry));
    }

    /** Counts a dead letter that was not there before. */
    public void deadLettered(DeadLetter one) {
        Counter.builder("projector_dead_letters")
                .tags("topic", one.topic(), "reason", one.reason())
                .register(registry)
                .increment();
    }

    /**
     * Of one topic.
     *
     * @param events records that were decided
     * @param batch how long a batch took
     * @param endToEnd from an event's commit to its mirror
     */
    public record OfTopic(Counter events, Timer batch, Timer endToEnd) {}
}
