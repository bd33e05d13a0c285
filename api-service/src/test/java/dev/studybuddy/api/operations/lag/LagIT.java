package dev.studybuddy.api.operations.lag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithKafka;
import dev.studybuddy.contract.AggregateType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test measures the lag against a real broker. */
class LagIT extends ApiWithKafka {

    @Test
    void lagIsZeroOnlyIfMongoShowsEveryEvent() throws Exception {
        createTopics();
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(sync().path("syncLagSeconds").doubleValue(-1))
                        .isZero());
        publish(newLetter(0, "unreadable"));

        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(sync().path("syncLagSeconds").doubleValue(-1))
                        .isPositive());
        assertThat(sync().path("deadLetters").intValue()).isZero();
        model.journal(AggregateType.TODO, 3, 1);
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(sync().path("syncLagSeconds").doubleValue(-1))
                        .isZero());
        assertThat(api.post("/api/admin/sync/trigger?waitSeconds=20", "")
                        .json()
                        .path("visibleInMongo")
                        .booleanValue())
                .isTrue();
    }

    private JsonNode sync() {
        return api.get("/api/health/sync").json().path("sync");
    }
}
