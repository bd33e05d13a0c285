package dev.studybuddy.publisher.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PublisherMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void theAgeOfThePausesExistsAfterAGarbageCollection() {
        registerAge(Duration.ofSeconds(3));

        collectGarbage();

        assertThat(registry.get("outbox.pauses.age").gauge().value()).isEqualTo(3);
    }

    /** Registers a supplier that nothing else references. */
    private void registerAge(Duration age) {
        new PublisherMetrics(registry).registerPausesAge(() -> age);
    }

    private static void collectGarbage() {
        WeakReference<Object> unreachable = new WeakReference<>(new Object());
        await().until(() -> {
            System.gc();
            return unreachable.get() == null;
        });
    }
}
