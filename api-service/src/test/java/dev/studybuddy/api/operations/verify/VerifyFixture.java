package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.api.testing.TestTopics;
import dev.studybuddy.testkit.TestServers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/** This fixture runs verifies over HTTP on a filled read model, with topics of its own. */
abstract class VerifyFixture extends ApiWithReadModel {

    final String prefix = TestServers.newTopicPrefix();

    @Override
    protected Map<String, String> settings() {
        return Map.of(
                "spring.kafka.bootstrap-servers",
                TestServers.kafkaBootstrapServers(),
                "studybuddy.topic-prefix",
                prefix);
    }

    @BeforeEach
    void createTopics() throws ExecutionException, InterruptedException {
        TestTopics.create(prefix);
    }

    JsonNode verify(String model) {
        return runVerify("{\"model\": \"" + model + "\"}");
    }

    JsonNode verify(boolean repair) {
        return runVerify("{\"repair\": " + repair + "}");
    }

    JsonNode runVerify(String body) {
        var started = api.post("/api/admin/verify", body);
        assertThat(started.status()).isEqualTo(202);
        JsonNode job = awaitFinished(started.header("Location"));
        assertThat(job.path("state").asString()).as("%s", job).isEqualTo("done");
        return job;
    }

    static List<String> ids(JsonNode verify, String list) {
        return verify.path(list)
                .valueStream()
                .map(entry -> entry.path("id").asString())
                .toList();
    }
}
