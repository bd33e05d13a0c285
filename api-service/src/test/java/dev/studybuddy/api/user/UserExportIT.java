package dev.studybuddy.api.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.api.testing.RunningApi;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** This test exports the data of a caller, also while another export of the caller runs. */
class UserExportIT {

    private final RunningApi api = RunningApi.shared();

    @Test
    void anExportContainsAllDataOfItsCallerAndNoOtherData() {
        Client user = api.newUser();
        String id = user.get("/api/users/me").text("/id");
        user.post("/api/sessions", "{\"minutes\":5,\"subject\":\"Math\"}");
        api.newUser().post("/api/sessions", "{\"minutes\":6}");
        api.sql()
                .sql("INSERT INTO todos (id, user_id, title, difficulty, version, created_at, updated_at)"
                        + " SELECT gen_random_uuid(), CAST(:id AS uuid), 't' || n, 'easy', 1, now(), now()"
                        + " FROM generate_series(1, 450) AS n")
                .param("id", id)
                .update();

        ReceivedAnswer export = user.get("/api/users/me/export");

        assertThat(export.status()).isEqualTo(200);
        assertThat(export.header("Content-Disposition")).startsWith("attachment");
        ReceivedAnswer head = user.head("/api/users/me/export");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Disposition")).startsWith("attachment");
        assertThat(head.header("Content-Length")).isNull();
        assertThat(export.json().path("complete").booleanValue()).isTrue();
        assertThat(export.json().path("user"))
                .isEqualTo(user.get("/api/users/me").json());
        assertThat(export.json().path("subjects").toString()).isEqualTo("[\"Math\"]");
        assertThat(export.json().path("sessions"))
                .isEqualTo(user.get("/api/sessions").json().path("items"));
        assertThat(export.json().path("todos"))
                .extracting(todo -> todo.path("title").asString())
                .doesNotHaveDuplicates()
                .hasSize(450);
        assertThat(api.as(UUID.randomUUID(), "user").get("/api/users/me/export").status())
                .isEqualTo(404);
    }

    @Test
    void aCallerRunsOneExportAtATime() throws Exception {
        Client user = api.newUser();
        // A machine that stalls can end the first export before the second one begins.
        ReceivedAnswer second = RepeatedRounds.firstThatPasses(() -> exportDuringAnExport(user));

        assertThat(second.header("Retry-After")).isEqualTo("1");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(user.get("/api/users/me/export").status()).isEqualTo(200));
    }

    /** Returns the answer of an export that begins while another one of the caller waits for a lock. */
    private ReceivedAnswer exportDuringAnExport(Client user) throws Exception {
        HikariDataSource pool = api.bean(DataSource.class).unwrap(HikariDataSource.class);
        try (Connection connection =
                        DriverManager.getConnection(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // The first export waits for this lock after it has sent the user.
            statement.execute("LOCK TABLE todos IN ACCESS EXCLUSIVE MODE");
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.url() + "/api/users/me/export"));
            request.headers(user.headers().toArray(String[]::new));
            try (HttpClient http = HttpClient.newHttpClient();
                    InputStream first = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                            .body()) {
                ReceivedAnswer second = user.withoutRetries().get("/api/users/me/export");
                connection.rollback();

                assertThat(second.problem()).isEqualTo("too-many-exports");
                assertThat(new String(first.readAllBytes(), StandardCharsets.UTF_8))
                        .endsWith("\"complete\":true}");
                return second;
            }
        }
    }
}
