package dev.studybuddy.e2e;

import static dev.studybuddy.e2e.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AuditReport;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.load.http.ApiClient;
import dev.studybuddy.local.program.Repository;
import dev.studybuddy.testkit.DatabaseDump;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes the calls of a first user of a new stack. */
class WalkthroughIT {

    private static final String EVENTS_OF_AGGREGATE =
            "SELECT event_type, processed, processed_at FROM outbox WHERE aggregate_id = ? ORDER BY aggregate_version";
    private static final String CHANGE_TITLE =
            "UPDATE todos SET title = ?, version = version + 1 WHERE id = CAST(? AS uuid) RETURNING version";
    private static final String LAST_PAYLOAD =
            "SELECT payload FROM outbox WHERE aggregate_id = ? ORDER BY aggregate_version DESC LIMIT 1";
    private static final String ANALYTICS = "/api/reports/analytics?days=2";
    private static final Duration VISIBLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration JOB_LIMIT = Duration.ofMinutes(3);

    private static IsolatedServers isolated;
    private static SpanCollector collector;
    private static TestStack stack;

    @BeforeAll
    static void start() throws Exception {
        isolated = new IsolatedServers();
        collector = new SpanCollector();
        Map<String, String> settings = new HashMap<>(collector.settings());
        settings.put("STUDYBUDDY_ERASURE_INTERVAL", "1s");
        stack = TestStack.start("walkthrough", isolated.servers(), 1, 1, settings);
    }

    @AfterAll
    static void end() throws Exception {
        if (stack != null) {
            stack.close();
        }
        collector.close();
        isolated.close();
    }

    @Test
    void healthReportsEveryServerAsConnected() throws Exception {
        // The first query of a server may be too slow for one answer.
        await().atMost(VISIBLE_LIMIT).untilAsserted(() -> {
            Answer sync = call("GET", "/api/health/sync", null);
            assertThat(sync.status()).isEqualTo(200);
            assertThat(sync.body().path("databases").path("cockroachdb").asString(""))
                    .isEqualTo("connected");
            assertThat(sync.body().path("databases").path("mongodb").asString(""))
                    .isEqualTo("connected");
            assertThat(sync.text("kafka")).isEqualTo("connected");
            assertThat(sync.body().path("sync").propertyNames())
                    .contains("queueSize", "syncLagSeconds", "failedEvents");
        });
    }

    @Test
    void aTodoReachesMongoDbThroughTheOutbox() throws Exception {
        Answer created = newTodo("sync");
        String id = created.text("id");

        assertThat(created.header("Location"))
                .hasValueSatisfying(location -> assertThat(location).endsWith("/api/todos/" + id));
        assertThat(created.version()).isEqualTo(1);
        assertThat(created.header("X-Consistency-Token")).isPresent();
        assertThat(call("GET", "/api/todos/" + id, null).text("title")).isEqualTo("sync");
        await().atMost(VISIBLE_LIMIT)
                .untilAsserted(() -> assertThat(events(id)).containsExactly("todo.created processed"));
        stack.assertExact(new AcknowledgedWrites());
    }

    @Test
    void analyticsGrowByExactlyTheWorkDoneAndTheLeaderboardAnswers() throws Exception {
        JsonNode before = analytics().body().path("totals");
        String todo = newTodo("to be done").text("id");
        Answer done = call("PATCH", "/api/todos/" + todo, Map.of("completed", true, "questionsCompleted", 10));
        assertThat(done.status()).as(done.toString()).isEqualTo(200);
        assertThat(done.text("completedOn")).isNotBlank();
        Answer session =
                call("POST", "/api/sessions", Map.of("minutes", 25, "sessionType", "pomodoro", "subject", "Math"));
        assertThat(session.status()).as(session.toString()).isEqualTo(201);

        String tokens = done.header("X-Consistency-Token").orElseThrow() + ","
                + session.header("X-Consistency-Token").orElseThrow();
        Answer after = analyticsWith(tokens);
        JsonNode totals = after.body().path("totals");

        assertThat(difference(before, totals, "studyMinutes")).isEqualTo(25);
        assertThat(difference(before, totals, "sessions")).isEqualTo(1);
        assertThat(difference(before, totals, "todosCompleted")).isEqualTo(1);
        assertThat(difference(before, totals, "questionsCompleted")).isEqualTo(10);
        assertThat(difference(before, totals, "points")).isEqualTo(26);
        Answer board = await().atMost(VISIBLE_LIMIT)
                .until(
                        () -> call("GET", "/api/users/leaderboard", null),
                        answer ->
                                "mongodb".equals(answer.header("X-Read-Source").orElse("")));
        assertThat(board.body().path("entries")).isNotEmpty();
    }

    @Test
    void anUndoneTodoLosesItsPoints() throws Exception {
        JsonNode before = analytics().body().path("totals");
        String todo = newTodo("done and undone").text("id");
        call("PATCH", "/api/todos/" + todo, Map.of("completed", true, "questionsCompleted", 3));
        Answer undone = call("PATCH", "/api/todos/" + todo, Map.of("completed", false));

        Answer after = analyticsWith(undone.header("X-Consistency-Token").orElseThrow());

        assertThat(after.body().path("totals").path("points")).isEqualTo(before.path("points"));
        assertThat(after.body().path("totals").path("questionsCompleted")).isEqualTo(before.path("questionsCompleted"));
    }

    @Test
    void aPatchedSessionMovesItsMinutes() throws Exception {
        JsonNode before = analytics().body().path("totals");
        String session = call("POST", "/api/sessions", Map.of("minutes", 25, "subject", "Math"))
                .text("id");
        Answer patched = call(
                "PATCH",
                "/api/sessions/" + session,
                Map.of("minutes", 40, "subject", "Moved", "sessionType", "stopwatch"));
        assertThat(patched.status()).as(patched.toString()).isEqualTo(200);

        Answer after = analyticsWith(patched.header("X-Consistency-Token").orElseThrow());

        JsonNode totals = after.body().path("totals");
        assertThat(difference(before, totals, "studyMinutes")).isEqualTo(40);
        assertThat(difference(before, totals, "sessions")).isEqualTo(1);
        assertThat(totals.at("/bySubject/Moved/studyMinutes").asLong(0)).isEqualTo(40);
        assertThat(totals.at("/bySubject/Math")).isEqualTo(before.at("/bySubject/Math"));
        stack.assertExact(new AcknowledgedWrites());
    }

    @Test
    void deletingAUserDeletesItsTodosAndSessionsAndErasesItsData() throws Exception {
        String personal = UUID.randomUUID().toString();
        String user = call("POST", "/api/users", Map.of("email", personal + "@example.org", "name", personal))
                .text("id");
        Map<String, String> headers = new HashMap<>(ApiClient.bearer(stack.api().token(user)));
        for (int n = 0; n < 5; n++) {
            headers.put("Idempotency-Key", user + n);
            stack.api().call("POST", "/api/sessions", Map.of("minutes", 10 + n), headers);
            stack.api().call("POST", "/api/todos", todo(personal), headers);
        }
        stack.assertExact(new AcknowledgedWrites());
        assertThat(linesWith(personal)).hasSizeGreaterThan(10);

        Answer deleted = stack.api().call("DELETE", "/api/users/" + user, null, headers);

        assertThat(deleted.status()).as(deleted.toString()).isEqualTo(204);
        await().atMost(JOB_LIMIT)
                .untilAsserted(() -> assertThat(count("todos", user) + count("study_sessions", user))
                        .isZero());
        stack.assertExact(new AcknowledgedWrites());
        await().atMost(JOB_LIMIT)
                .untilAsserted(() -> assertThat(linesWith(personal)).isEmpty());
    }

    /** Returns the rows and documents that contain a text. */
    private static List<String> linesWith(String text) throws Exception {
        AuditedServers servers = stack.servers();
        return Stream.concat(
                        DatabaseDump.ofSql(servers.sqlUrl(), servers.sqlUser(), servers.sqlPassword()).stream(),
                        DatabaseDump.ofMongo(servers.mongoUri()).stream())
                .filter(line -> line.contains(text))
                .toList();
    }

    @Test
    void theSameIdempotencyKeyCreatesOneTodo() throws Exception {
        Map<String, String> key = Map.of("Idempotency-Key", UUID.randomUUID().toString());
        Answer first = stack.api().call("POST", "/api/todos", todo("once"), key);
        Answer again = stack.api().call("POST", "/api/todos", todo("once"), key);
        Answer other = stack.api().call("POST", "/api/todos", todo("twice"), key);

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.text("id")).isEqualTo(first.text("id"));
        assertProblem(other, 409);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            400 | POST  | /api/todos | `{"title": `
            400 | POST  | /api/todos | `{"title":"a","subject":"Math","difficulty":"brutal","questionsTarget":1}`
            400 | POST  | /api/todos | `{"title":"a","subject":"Math","difficulty":"easy","questionsTarget":-1}`
            400 | POST  | /api/todos | `{"title":"a","subject":"Math","difficulty":"easy","questionsTarget":1,"colour":1}`
            400 | POST  | /api/todos | `{"title":"  ","subject":"Math","difficulty":"easy","questionsTarget":1}`
            400 | POST  | /api/sessions | `{"minutes":0}`
            400 | POST  | /api/sessions | `{"minutes":525600}`
            404 | GET   | /api/todos/00000000-0000-4000-8000-00000000dead |
            400 | GET   | /api/todos/abc |
            400 | GET   | /api/reports/analytics?days=100000 |
            400 | GET   | /api/users/leaderboard?period=decade |
            404 | GET   | /api/nothing |
            405 | PUT   | /api/todos | `{}`
            """)
    void badInputIsAnsweredWithAProblemDetail(int status, String method, String path, String body) throws Exception {
        assertProblem(call(method, path, body), status);
    }

    @Test
    void anOversizedBodyAndAnotherContentTypeAreRejected() throws Exception {
        assertProblem(call("POST", "/api/todos", "{\"title\":\"" + "x".repeat(70_000) + "\"}"), 413);
        assertProblem(stack.api().call("POST", "/api/todos", "title=a", Map.of("Content-Type", "text/plain")), 415);
    }

    @Test
    void aBackupSucceedsAndAVerifyFindsNoDrift() throws Exception {
        newTodo("to be backed up");
        await().atMost(JOB_LIMIT).untilAsserted(() -> {
            Answer trigger = call("POST", "/api/admin/sync/trigger?waitSeconds=10", null);
            assertThat(trigger.body().path("pendingAfter").asInt(-1))
                    .as(trigger.toString())
                    .isZero();
            assertThat(trigger.body().path("visibleInMongo").asBoolean(false)).isTrue();
        });

        JsonNode backup = awaitJob(call("POST", "/api/backup/full", null), "/api/backup/full/");
        assertThat(backup.path("state").asString("")).as(backup.toString()).isEqualTo("done");
        assertThat(backup.path("total").asInt(0)).isPositive();

        AuditReport report = stack.assertExact(new AcknowledgedWrites());
        assertThat(report.repeats())
                .as("each snapshot repeats a version that its topic already has")
                .isGreaterThanOrEqualTo(backup.path("total").asInt(0));

        JsonNode verify = awaitJob(call("POST", "/api/admin/verify", Map.of("repair", false)), "/api/admin/verify/");
        assertThat(verify.path("consistent").asBoolean(false))
                .as(verify.toString())
                .isTrue();
    }

    @Test
    void theOpenApiDescriptionListsTheRoutes() throws Exception {
        Answer description = stack.api().call("GET", "/openapi", null, Map.of("Accept", "application/json"));

        assertThat(description.body().path("paths").propertyNames())
                .contains(
                        "/api/todos",
                        "/api/todos/{id}",
                        "/api/users",
                        "/api/sessions",
                        "/api/users/leaderboard",
                        "/api/reports/analytics",
                        "/health",
                        "/api/health/sync",
                        "/api/admin/sync/trigger",
                        "/api/backup/full",
                        "/api/admin/verify",
                        "/api/admin/projections",
                        "/api/admin/dead-letters");
    }

    @Test
    void theTypeScriptOfThePageForFrontendsShowsEditsAndStreamsAWrite(@TempDir Path folder) throws Exception {
        TypeScriptPage.requireNode();
        Path page = Repository.find().root().resolve("infra/docs/for-frontends.md");

        Map<String, String> environment = Map.of("STUDYBUDDY_API", stack.root().toString());
        // On a slow machine, the program's own wait for MongoDB can be too short.
        JsonNode printed = await().atMost(JOB_LIMIT)
                .until(
                        () -> {
                            Path run = Files.createTempDirectory(folder, "run");
                            return new JsonMapper().readTree(new TypeScriptPage(page, "", run).run(environment));
                        },
                        result -> result.path("consistent").asBoolean(false));

        assertThat(printed.path("grownBy").asInt(0)).isPositive();
        assertThat(printed.path("version").asInt(0)).isEqualTo(2);
        assertThat(printed.path("outdatedWasSaved").asBoolean(true)).isFalse();
        assertThat(printed.path("shownVersion").asInt(0)).isEqualTo(2);
    }

    @Test
    void thePageFromTheOldSystemMovesRowsAndEventsAndRollsBack(@TempDir Path folder) throws Exception {
        OperatorShell.requirePrograms();
        FromTheOldSystem page = new FromTheOldSystem(stack, folder);

        page.compareModel();
        page.move();
        page.rollBack();
    }

    @Test
    void writersInTypeScriptAndPythonPublishEvents(@TempDir Path folder) throws Exception {
        TypeScriptPage.requireNode();
        Path page = Repository.find().root().resolve("infra/docs/from-the-old-system.md");
        String id = newTodo("written by three languages").text("id");
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            ForeignWriter.Event second = changeTitle(connection, id, "TypeScript");
            TypeScriptPage program = new TypeScriptPage(page, ForeignWriter.TYPESCRIPT_END, folder);
            ForeignWriter.insert(connection, program.run(ForeignWriter.environment(second)));
            connection.commit();
            ForeignWriter.Event third = changeTitle(connection, id, "Python");
            String python = new PageBlocks(page).code("python");
            ForeignWriter.insert(connection, ForeignWriter.runPython(python, folder, third));
            connection.commit();
        }

        await().atMost(VISIBLE_LIMIT)
                .untilAsserted(() -> assertThat(events(id))
                        .containsExactly("todo.created processed", "todo.updated processed", "todo.updated processed"));
        stack.assertExact(new AcknowledgedWrites());
    }

    /** Changes a todo as another writer does, and returns the event that it must write in the same transaction. */
    private static ForeignWriter.Event changeTitle(Connection connection, String id, String title) throws Exception {
        try (PreparedStatement change = connection.prepareStatement(CHANGE_TITLE);
                PreparedStatement last = connection.prepareStatement(LAST_PAYLOAD)) {
            change.setString(1, title);
            change.setString(2, id);
            last.setString(1, id);
            try (ResultSet changed = change.executeQuery();
                    ResultSet payload = last.executeQuery()) {
                changed.next();
                payload.next();
                long version = changed.getLong(1);
                ObjectNode state = (ObjectNode) new JsonMapper().readTree(payload.getString(1));
                state.put("title", title).put("version", version);
                return new ForeignWriter.Event("todo", id, version, "todo.updated", state);
            }
        }
    }

    @Test
    void oneTraceRunsFromTheRequestToTheWriteInMongoDb() throws Exception {
        String trace = UUID.randomUUID().toString().replace("-", "");
        String caller = trace.substring(16);

        Answer created = stack.api()
                .call(
                        "POST",
                        "/api/todos",
                        todo("traced"),
                        Map.of("traceparent", "00-" + trace + "-" + caller + "-01"));

        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        // Each of the two read models writes the todo.
        await().atMost(VISIBLE_LIMIT)
                .untilAsserted(() -> assertThat(collector.spans(trace))
                        .filteredOn(span -> span.service().equals("mongo-projector"))
                        .hasSize(2)
                        .allSatisfy(span -> assertThat(collector.origin(span))
                                .containsExactly("mongo-projector", "outbox-publisher", "api-service", caller)));
    }

    private static JsonNode awaitJob(Answer accepted, String jobsPath) throws Exception {
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        assertThat(accepted.header("Location")).isPresent();
        String path = jobsPath + accepted.text("jobId");
        await().atMost(JOB_LIMIT)
                .until(() -> List.of("done", "failed", "cancelled")
                        .contains(call("GET", path, null).text("state")));
        return call("GET", path, null).body();
    }

    private static Answer analytics() {
        return stack.callWithRetry("GET", ANALYTICS, null, Map.of());
    }

    private static Answer analyticsWith(String tokens) {
        return stack.readFromMongo(ANALYTICS, tokens, Map.of());
    }

    private static long difference(JsonNode before, JsonNode after, String field) {
        return after.path(field).asLong(0) - before.path(field).asLong(0);
    }

    private static Answer newTodo(String title) throws Exception {
        Answer created = call("POST", "/api/todos", todo(title));
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created;
    }

    private static Map<String, Object> todo(String title) {
        return Map.of("title", title, "subject", "Math", "difficulty", "easy", "questionsTarget", 10);
    }

    private static Answer call(String method, String path, Object body) {
        return stack.callWithRetry(method, path, body, Map.of());
    }

    private static List<String> events(String aggregateId) throws Exception {
        List<String> events = new ArrayList<>();
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(EVENTS_OF_AGGREGATE)) {
            statement.setString(1, aggregateId);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    boolean processed = row.getBoolean("processed") && row.getObject("processed_at") != null;
                    events.add(row.getString("event_type") + (processed ? " processed" : " pending"));
                }
            }
        }
        return events;
    }

    private static long count(String table, String user) throws Exception {
        String sql = "SELECT count(*) FROM " + table + " WHERE user_id = CAST(? AS uuid)";
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, user);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static Connection connect() throws Exception {
        return DriverManager.getConnection(
                stack.servers().sqlUrl(),
                stack.servers().sqlUser(),
                stack.servers().sqlPassword());
    }
}
