package dev.studybuddy.projector.metrics;

import dev.studybuddy.readmodel.DeadLetter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** This class holds the projector's own metrics. */
@Component
public final class ProjectorMetrics {

    private final MeterRegistry registry;

    ProjectorMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Returns the metrics of one topic in one generation. */
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

    /** Counts a new dead letter. */
    public void countDeadLetter(DeadLetter deadLetter) {
        Counter.builder("projector_dead_letters")
                .tags("topic", deadLetter.topic(), "reason", deadLetter.reason())
                .register(registry)
                .increment();
    }

    /**
     * These are the metrics of one topic.
     *
     * @param events the number of decided records
     * @param batch the duration of a batch
     * @param endToEnd the time from an event's commit to the write of its mirror
     */
    public record OfTopic(Counter events, Timer batch, Timer endToEnd) {}
}
