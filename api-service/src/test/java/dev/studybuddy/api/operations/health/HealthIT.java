package dev.studybuddy.api.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReports;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** This test reads the health while Kafka is unavailable. */
class HealthIT extends ApiWithReports {

    @Test
    void healthReportsUnavailableServersWithinThreeSeconds() {
        // The first request to an available server may take too long for one answer of the health page.
        Awaitility.await().atMost(RECOVERY_LIMIT).untilAsserted(() -> {
            var health = api.get("/health");
            var sync = api.get("/api/health/sync");

            assertThat(health.status()).isEqualTo(200);
            assertThat(health.json().path("status").asString()).isEqualTo("degraded");
            assertThat(sync.json().path("kafka").asString()).isEqualTo("disconnected");
            assertThat(sync.json().path("databases").path("cockroachdb").asString())
                    .isEqualTo("connected");
            assertThat(sync.json().path("sync").path("queueSizeExact").booleanValue())
                    .isTrue();
            assertThat(sync.json().path("sync").path("consumerLag").isNull()).isTrue();
            assertThat(health.duration()).isLessThan(Duration.ofSeconds(3));
            assertThat(sync.duration()).isLessThan(Duration.ofSeconds(3));
        });
    }
}
