package dev.studybuddy.api.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.api.testing.RunningApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
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
        try (Connection connection = lockTodos();
                HttpClient http = HttpClient.newHttpClient();
                InputStream first = beginExport(http, user).body()) {
            ReceivedAnswer second = user.withoutRetries().get("/api/users/me/export");
            connection.rollback();

            assertThat(second.problem()).isEqualTo("too-many-exports");
            assertThat(text(first)).endsWith("\"complete\":true}");
            return second;
        }
    }

    @Test
    void aHeadRequestStartsNoExport() throws Exception {
        Client user = api.newUser();
        // The service can receive the GET before it has ended the HEAD whose answer it has sent.
        ReceivedAnswer head = RepeatedRounds.firstThatPasses(() -> headBeforeAnExport(user));

        assertThat(head.header("Content-Disposition")).startsWith("attachment");
        assertThat(head.header("Content-Length")).isNull();
    }

    /** Returns the answer of a HEAD request before a GET request. A lock delays each export until the GET has begun. */
    private ReceivedAnswer headBeforeAnExport(Client user) throws Exception {
        try (Connection connection = lockTodos();
                HttpClient http = HttpClient.newHttpClient()) {
            ReceivedAnswer head = user.head("/api/users/me/export");
            assertThat(head.status()).isEqualTo(200);
            HttpResponse<InputStream> next = beginExport(http, user);
            connection.rollback();

            try (InputStream body = next.body()) {
                String export = text(body);
                assertThat(next.statusCode()).as(export).isEqualTo(200);
                assertThat(export).endsWith("\"complete\":true}");
            }
            return head;
        }
    }

    /** Returns a connection that holds a lock. An export waits for this lock after it has sent the user. */
    private Connection lockTodos() throws SQLException {
        HikariDataSource pool = api.bean(DataSource.class).unwrap(HikariDataSource.class);
        Connection connection = DriverManager.getConnection(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword());
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE todos IN ACCESS EXCLUSIVE MODE");
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    /** Sends a request for an export on a connection of its own, and returns the answer before its body arrives. */
    private HttpResponse<InputStream> beginExport(HttpClient http, Client user) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api.url() + "/api/users/me/export"))
                .headers(user.headers().toArray(String[]::new))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    private static String text(InputStream body) throws IOException {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
}
