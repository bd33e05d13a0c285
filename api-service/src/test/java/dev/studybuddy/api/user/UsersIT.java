package dev.studybuddy.api.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.api.access.DemoUser;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersIT {

    private final RunningApi api = RunningApi.shared();

    @Test
    void theFirstCallCreatesTheUserOfTheToken() {
        UUID id = UUID.randomUUID();
        Client caller = api.as(id, "user");
        assertThat(caller.get("/api/users/me").status()).isEqualTo(404);
        assertThat(caller.post("/api/sessions", "{\"minutes\": 5}").problem()).isEqualTo("no-such-user");

        ReceivedAnswer created = caller.post("/api/users", body("a" + id + "@example.org"));

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.text("/id")).isEqualTo(id.toString());
        assertThat(created.header("Location")).isEqualTo("/api/users/" + id);
        assertThat(created.text("/timeZone")).isEqualTo("UTC");
        assertThat(created.json().path("showProfile").booleanValue()).isTrue();
        assertThat(caller.get("/api/users/me").json()).isEqualTo(created.json());
        assertThat(caller.post("/api/users", body("b" + id + "@example.org")).status())
                .isEqualTo(403);
        String payload = api.sql()
                .sql("SELECT CAST(payload AS text) FROM outbox WHERE aggregate_id = :id")
                .param("id", id.toString())
                .query(String.class)
                .single();
        assertThat(payload)
                .contains(id.toString())
                .doesNotContain("example.org")
                .doesNotContain("email");
    }

    @Test
    void anEmailOrUsernameOfAnotherUserIsRejected() {
        String name = "u" + UUID.randomUUID().toString().substring(0, 20);
        String email = name + "@example.org";
        ReceivedAnswer created = api.demo()
                .post("/api/users", "{\"email\":\"" + email + "\",\"name\":\"A\",\"username\":\"" + name + "\"}");
        assertThat(created.status()).isEqualTo(201);

        assertThat(api.demo().post("/api/users", body(email)).problem()).isEqualTo("email-taken");
        ReceivedAnswer taken = api.demo()
                .post("/api/users", "{\"email\":\"x" + email + "\",\"name\":\"A\",\"username\":\"" + name + "\"}");
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.problem()).isEqualTo("username-taken");
        Client other = api.newUser();
        assertThat(other.patch("/api/users/" + other.get("/api/users/me").text("/id"), "{\"email\":\"" + email + "\"}")
                        .problem())
                .isEqualTo("email-taken");
    }

    @Test
    void aPatchChangesAndClearsFieldsAndReportsEveryInvalidOne() {
        Client user = api.newUser();
        String path = "/api/users/" + user.get("/api/users/me").text("/id");

        ReceivedAnswer changed =
                user.patch(path, "{\"avatar\":\"https://a.example/x.png\",\"timeZone\":\"Europe/Berlin\"}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.header("ETag")).isEqualTo("\"2\"");
        ReceivedAnswer cleared = user.patch(path, "{\"avatar\":null}");
        assertThat(cleared.json().path("avatar").isNull()).isTrue();
        assertThat(cleared.text("/timeZone")).isEqualTo("Europe/Berlin");

        ReceivedAnswer rejected = user.patch(
                path, "{\"name\":null,\"timeZone\":\"Mars/Base\",\"username\":\"NO\",\"avatar\":\"javascript:x\"}");
        assertThat(rejected.status()).isEqualTo(400);
        assertThat(rejected.json().path("errors"))
                .extracting(error -> error.path("field").asString())
                .containsExactlyInAnyOrder("name", "timeZone", "username", "avatar");
    }

    @Test
    void anotherUserIsFoundOnlyByAdmins() {
        Client user = api.newUser();
        String path = "/api/users/" + user.get("/api/users/me").text("/id");
        Client other = api.newUser();

        assertThat(other.get(path).status()).isEqualTo(404);
        assertThat(other.patch(path, "{\"name\":\"x\"}").status()).isEqualTo(404);
        assertThat(other.delete(path).status()).isEqualTo(404);
        assertThat(api.demo().get(path).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00a0", "\u200b\u2060", "\u3164", "\u2800 \u115f", "anna\u202eanna", "\u2067anna"})
    void aNameThatNobodyCanReadIsRejected(String name) {
        ReceivedAnswer rejected = api.newUser().patch("/api/users/me", "{\"name\":\"" + name + "\"}");

        assertThat(rejected.status()).isEqualTo(400);
        assertThat(rejected.text("/errors/0/field")).isEqualTo("name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Zoë",
                "\ud83d\ude42",
                "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                "\u05d0\u05e0\u05d4",
                "7",
                "?"
            })
    void aNameOfAnyScriptIsAccepted(String name) {
        ReceivedAnswer changed = api.newUser().patch("/api/users/me", "{\"name\":\"" + name + "\"}");

        assertThat(changed.text("/name")).isEqualTo(name);
    }

    @Test
    void anAdminsChangeOfAnotherUserIsRecordedWithTheNamesOfItsFields() {
        String id = api.newUser().get("/api/users/me").text("/id");

        assertThat(api.demo()
                        .patch("/api/users/" + id, "{\"name\":\"Other\",\"username\":null,\"timeZone\":\"Asia/Tokyo\"}")
                        .status())
                .isEqualTo(200);

        assertThat(api.demo().get("/api/admin/audit?limit=200").json().path("items"))
                .anySatisfy(entry -> {
                    assertThat(entry.path("action").asString()).isEqualTo("user.change");
                    assertThat(entry.path("target").asString()).isEqualTo("user/" + id);
                    assertThat(entry.path("detail").toString())
                            .isEqualTo("{\"fields\":[\"name\",\"timeZone\"],\"version\":2}");
                });
    }

    @Test
    void aUserIsDeletedAtOnceAndAJobDeletesTheirDataWithEvents() {
        Client user = api.newUser();
        String id = user.get("/api/users/me").text("/id");
        String todo = user.post(
                        "/api/todos",
                        "{\"title\":\"t\",\"subject\":\"Math\",\"difficulty\":\"hard\",\"questionsTarget\":1}")
                .text("/id");
        String session = user.post("/api/sessions", "{\"minutes\":5}").text("/id");
        api.sql()
                .sql("INSERT INTO subjects (user_id, subject, freed) VALUES (CAST(:id AS uuid), 'Art', true)")
                .param("id", id)
                .update();

        ReceivedAnswer deleted = user.delete("/api/users/" + id);

        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.header("X-Consistency-Token")).isNotBlank();
        assertThat(user.get("/api/users/me").status()).isEqualTo(404);
        assertThat(user.get("/api/todos/" + todo).status()).isEqualTo(404);
        assertThat(user.get("/api/sessions/" + session).status()).isEqualTo(404);
        assertThat(user.get("/api/todos").json().path("items")).isEmpty();
        assertThat(user.post("/api/users", body(id + "@example.org")).problem()).isEqualTo("user-deleted");
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(events(todo, "todo.deleted", 2)).isEqualTo(1);
            assertThat(events(session, "session.deleted", 2)).isEqualTo(1);
            assertThat(api.sql()
                            .sql("SELECT count(*) FROM subjects WHERE user_id = CAST(:id AS uuid)")
                            .param("id", id)
                            .query(Long.class)
                            .single())
                    .isZero();
        });
        assertThat(events(id, "user.deleted", 2)).isEqualTo(1);
    }

    @Test
    void manyUsersAreDeletedAtOnce() {
        try (TestDatabase database = TestServers.newDatabase();
                RunningApi rarelyPolling = RunningApi.on(
                        database.url(),
                        Map.of(
                                "spring.datasource.username",
                                database.username(),
                                "spring.datasource.password",
                                database.password(),
                                "studybuddy.jobs.poll",
                                "1s"))) {
            List<UUID> users = Stream.generate(
                            () -> rarelyPolling.newUser().get("/api/users/me").text("/id"))
                    .limit(80)
                    .map(UUID::fromString)
                    .toList();
            users.forEach(user -> assertThat(
                            rarelyPolling.demo().delete("/api/users/" + user).status())
                    .isEqualTo(204));

            // One deletion at a time, claimed once a second, would need 80 s.
            await().atMost(Duration.ofSeconds(60)).until(() -> countDone(rarelyPolling, users) == users.size());
        }
    }

    private static long countDone(RunningApi instance, List<UUID> users) {
        return instance.sql()
                .sql("SELECT count(*) FROM jobs WHERE settings ->> 'user' IN (:users) AND state = 'done'")
                .param("users", users.stream().map(UUID::toString).toList())
                .query(Long.class)
                .single();
    }

    @Test
    void theDemoUserExistsWithItsEventAndCannotBeDeleted() {
        assertThat(events(DemoUser.ID.toString(), "user.created", 1)).isEqualTo(1);
        ReceivedAnswer rejected = api.demo().delete("/api/users/" + DemoUser.ID);
        assertThat(rejected.status()).isEqualTo(409);
        assertThat(rejected.problem()).isEqualTo("demo-user");
    }

    @Test
    void theCallersOwnUserIsChangedAndDeletedWithoutItsId() {
        Client user = api.newUser();

        ReceivedAnswer patched = user.patch("/api/users/me", "{\"name\":\"Other\"}", "If-Match", "\"1\"");
        assertThat(patched.status()).as(patched.body()).isEqualTo(200);
        assertThat(patched.text("/name")).isEqualTo("Other");
        assertThat(patched.header("ETag")).isEqualTo("\"2\"");
        assertThat(user.delete("/api/users/me", "If-Match", "\"1\"").status()).isEqualTo(412);
        assertThat(user.delete("/api/users/me").status()).isEqualTo(204);

        assertThat(user.get("/api/users/me").status()).isEqualTo(404);
        assertThat(user.patch("/api/users/me", "{\"name\":\"x\"}").status()).isEqualTo(404);
    }

    @Test
    void addressesAreComparedWithoutCase() {
        String address = "Anna." + UUID.randomUUID() + "@Example.org";
        Client anna = api.newUser();
        assertThat(anna.patch("/api/users/me", "{\"email\":\"" + address + "\"}")
                        .status())
                .isEqualTo(200);

        String lower = address.toLowerCase(Locale.ROOT);
        assertThat(api.demo().post("/api/users", body(lower)).problem()).isEqualTo("email-taken");
        assertThat(api.newUser()
                        .patch("/api/users/me", "{\"email\":\"" + lower + "\"}")
                        .problem())
                .isEqualTo("email-taken");
        assertThat(anna.patch("/api/users/me", "{\"email\":\"" + lower + "\"}").status())
                .isEqualTo(200);
    }

    @Test
    void usersWhoShareAnAddressFromBeforeKeepItAndCanChange() {
        String address = "Ben." + UUID.randomUUID() + "@example.org";
        Client first = api.newUser();
        Client second = api.newUser();
        first.patch("/api/users/me", "{\"email\":\"" + address + "\"}");
        String id = second.get("/api/users/me").text("/id");
        api.sql()
                .sql("UPDATE users SET email = :email WHERE id = CAST(:id AS uuid)")
                .param("email", address.toUpperCase(Locale.ROOT))
                .param("id", id)
                .update();

        ReceivedAnswer renamed = second.patch("/api/users/me", "{\"name\":\"Ben\"}");

        assertThat(renamed.status()).as(renamed.body()).isEqualTo(200);
        assertThat(renamed.text("/email")).isEqualTo(address.toUpperCase(Locale.ROOT));
        assertThat(first.patch("/api/users/me", "{\"email\":\"b" + address + "\"}")
                        .status())
                .isEqualTo(200);
        assertThat(first.patch("/api/users/me", "{\"email\":\"" + address + "\"}")
                        .problem())
                .isEqualTo("email-taken");
    }

    @Test
    void anAdminNamesTheIdOfAUserWhoThenSignsIn() {
        UUID id = UUID.randomUUID();
        String named = "{\"id\":\"" + id + "\",\"email\":\"" + id + "@example.org\",\"name\":\"A\"}";
        Client admin = api.as(UUID.randomUUID(), "user", "admin");

        assertThat(api.as(UUID.randomUUID(), "user").post("/api/users", named).status())
                .isEqualTo(403);
        ReceivedAnswer created = admin.post("/api/users", named);

        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(created.text("/id")).isEqualTo(id.toString());
        assertThat(admin.get("/api/users/me").status()).isEqualTo(404);
        assertThat(api.as(id, "user").get("/api/users/me").status()).isEqualTo(200);
        assertThat(admin.post("/api/users", named.replace("@", "@x")).problem()).isEqualTo("user-exists");
        assertThat(admin.post("/api/users", named.replace(id.toString(), "1")).status())
                .isEqualTo(400);
    }

    @Test
    void concurrentFirstCallsCreateOneUser() throws Exception {
        UUID id = UUID.randomUUID();
        Client caller = api.as(id, "user");
        List<Callable<ReceivedAnswer>> calls = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            String email = n + "." + id + "@example.org";
            calls.add(() -> caller.post("/api/users", body(email)));
        }

        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(calls.size())) {
            for (Future<ReceivedAnswer> call : pool.invokeAll(calls)) {
                statuses.add(call.get().status());
            }
        }

        assertThat(statuses).containsOnlyOnce(201).isSubsetOf(201, 403, 409);
        assertThat(events(id.toString(), "user.created", 1)).isEqualTo(1);
    }

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

    private long events(String id, String type, long version) {
        return api.sql()
                .sql("SELECT count(*) FROM outbox WHERE aggregate_id = :id AND event_type = :type"
                        + " AND aggregate_version = :version")
                .param("id", id)
                .param("type", type)
                .param("version", version)
                .query(Long.class)
                .single();
    }

    private static String body(String email) {
        return "{\"email\":\"" + email + "\",\"name\":\"A name\"}";
    }
}
