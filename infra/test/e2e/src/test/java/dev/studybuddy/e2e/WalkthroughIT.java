package dev.studybuddy.e2e;

import static dev.studybuddy.e2e.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.load.http.Answer;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Makes the calls of a first user of a new stack. All tests share the stack, and none needs another. */
class WalkthroughIT extends WalkthroughFixture {

    static SpanCollector collector;
    static TestStack stack;
    private static IsolatedServers isolated;

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

    @Nested
    class Reports extends ReportsTests {}

    @Nested
    class Jobs extends JobsTests {}

    @Nested
    class Pages extends PagesTests {}

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
}
