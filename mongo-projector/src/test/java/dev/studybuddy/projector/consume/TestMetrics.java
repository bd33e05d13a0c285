package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.metrics.ProjectorMetrics;
import io.micrometer.core.instrument.MeterRegistry;

/** Creates the metrics of a topic for tests, under names that a test can find in its registry. */
final class TestMetrics {

    private TestMetrics() {}

    static ProjectorMetrics.TopicMetrics ofTopic(MeterRegistry registry) {
        return new ProjectorMetrics.TopicMetrics(
                registry.counter("events"),
                registry.counter("decoded"),
                registry.counter("planned"),
                registry.timer("batch"),
                registry.timer("end-to-end"));
    }
}
