package dev.studybuddy.api.periodic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiDatabases;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test ends the thread of a periodic task of a running service. */
class BackgroundThreadsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void anEndedThreadFailsTheLivenessAndAnUnavailableServerDoesNot() {
        try (TestDatabase sql = ApiDatabases.newDatabase()) {
            try (RunningApi api = RunningApi.start(
                    Map.of(
                            "spring.datasource.url", sql.url(),
                            "spring.datasource.username", sql.username(),
                            "spring.datasource.password", sql.password(),
                            "spring.mongodb.uri", "mongodb://127.0.0.1:1/studybuddy",
                            "spring.kafka.bootstrap-servers", "127.0.0.1:1"),
                    FailingTask.class)) {
                assertThat(probe(api, "liveness").status()).isEqualTo(200);

                api.bean(FailingTask.class).fails = true;

                JsonNode liveness = Awaitility.await()
                        .atMost(TIMEOUT)
                        .until(() -> probe(api, "liveness"), answer -> answer.status() == 503)
                        .json();
                assertThat(liveness.at("/components/apiThreads/details/endedThreads/0")
                                .asString())
                        .as("%s", liveness)
                        .isEqualTo("failing");
                assertThat(probe(api, "readiness").status()).isEqualTo(200);
            }
        }
    }

    private static ReceivedAnswer probe(RunningApi api, String group) {
        return Client.send(HttpRequest.newBuilder(URI.create(api.managementUrl() + "/actuator/health/" + group))
                .timeout(TIMEOUT)
                .build());
    }

    static final class FailingTask extends PeriodicTask {

        private volatile boolean fails;

        FailingTask() {
            super("failing", Duration.ofMillis(20));
        }

        @Override
        protected void runRound() {
            if (fails) {
                throw new AssertionError("a class is missing");
            }
        }
    }
}
