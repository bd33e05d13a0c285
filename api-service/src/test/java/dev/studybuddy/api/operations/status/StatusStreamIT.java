package dev.studybuddy.api.operations.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.EventLines;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.api.testing.RunningApi;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** These tests read the operators' stream of an instance whose Kafka and MongoDB are unavailable. */
class StatusStreamIT {

    private static final Duration FIRST_EVENT_LIMIT = Duration.ofSeconds(3);

    private final RunningApi api = RunningApi.shared();

    @Test
    void aStatusArrivesAtOnceAndThenAtEachInterval() throws Exception {
        // After this request, the health has its first sample.
        api.get("/health");
        RepeatedRounds.assertOneTakesLessThan(FIRST_EVENT_LIMIT, this::timeFirstEvent);
    }

    /** Opens a stream, checks its first two events, and returns the time until the first one. */
    private Duration timeFirstEvent() throws Exception {
        long begun = System.nanoTime();
        try (EventLines stream = EventLines.open(api.url() + "/api/admin/stream")) {
            JsonNode first = status(stream);
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            JsonNode second = status(stream);

            assertThat(first.path("health")
                            .path("databases")
                            .path("cockroachdb")
                            .asString())
                    .isEqualTo("connected");
            assertThat(first.path("health").path("kafka").asString()).isEqualTo("disconnected");
            assertThat(first.path("health").path("paused").has("publishing")).isTrue();
            assertThat(first.path("projections").isNull()).isTrue();
            assertThat(first.path("stuckEvents").isNumber()).isTrue();
            assertThat(first.path("throughput").has("publishedPerSecond")).isTrue();
            assertThat(second.path("at").asString())
                    .isGreaterThan(first.path("at").asString());
            return took;
        }
    }

    private static JsonNode status(EventLines stream) throws Exception {
        return new JsonMapper().readTree(stream.nextEvent().substring("data: ".length()));
    }
}
