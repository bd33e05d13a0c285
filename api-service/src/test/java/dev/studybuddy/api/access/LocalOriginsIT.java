package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** This test sends the requests of a frontend that a developer serves at another local port. */
class LocalOriginsIT {

    @Test
    void aFrontendAtAnyLocalPortWorksInModeOpenOnlyWithTheSetting() {
        try (TestDatabase database = TestServers.newDatabase();
                RunningApi api = RunningApi.on(
                        database.url(),
                        Map.of(
                                "studybuddy.access.origins",
                                "http://localhost:*",
                                "spring.datasource.username",
                                database.username(),
                                "spring.datasource.password",
                                database.password()))) {
            for (String origin : new String[] {"http://localhost:5173", "http://localhost:3001"}) {
                ReceivedAnswer created = createSession(api.demo(), origin);
                assertThat(created.status()).as(created.body()).isEqualTo(201);
                assertThat(created.header("Access-Control-Allow-Origin")).isEqualTo(origin);
                ReceivedAnswer preflight = AccessIT.preflight(api.demo(), origin);
                assertThat(preflight.status()).isEqualTo(200);
                assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo(origin);
            }
            for (String origin : new String[] {"http://localhost.evil.example:5173", "https://localhost:5173"}) {
                assertThat(createSession(api.demo(), origin).problem()).isEqualTo("foreign-origin");
                assertThat(AccessIT.preflight(api.demo(), origin).status()).isEqualTo(403);
            }
        }
        assertThat(createSession(RunningApi.shared().demo(), "http://localhost:5173")
                        .problem())
                .isEqualTo("foreign-origin");
    }

    private static ReceivedAnswer createSession(Client client, String origin) {
        return client.post("/api/sessions", "{\"minutes\":5}", "Origin", origin);
    }
}
