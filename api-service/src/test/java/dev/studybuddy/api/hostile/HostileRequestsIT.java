package dev.studybuddy.api.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.hostile.HostileRequests.HostileRequest;
import dev.studybuddy.api.testing.AggregateTopics;
import dev.studybuddy.api.testing.ApiDatabases;
import dev.studybuddy.api.testing.ApiDescription;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.RawConnection;
import dev.studybuddy.api.testing.RawConnection.RawAnswer;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Sends random hostile requests to a service with all its servers, and compares each answer with the OpenAPI document.
 */
class HostileRequestsIT {

    private static final String SECRET_TITLE = "title-that-only-its-owner-reads";
    private static final String SECRET_PAYLOAD = "payload-that-only-admins-read";
    private static final List<String> INTERNALS = List.of(
            "exception", "org.springframework", "at dev.studybuddy", "sqlstate", "org.postgresql", SECRET_TITLE);
    private static final List<String> TABLES = List.of(
            "users", "todos", "study_sessions", "subjects", "deleted_users", "outbox", "jobs", "idempotency_keys");
    private static final String ADMIN = "admin";
    private static final int THREADS = 8;
    private static final int MAX_REPORTED = 20;
    private static final int NO_ANSWER = 0;

    private static TestDatabase sql;
    private static TestMongo mongo;
    private static ReadModelFixture study;
    private static ReadModelFixture subjects;
    private static RunningApi api;
    private static List<String> ids;

    @BeforeAll
    static void start() throws Exception {
        sql = ApiDatabases.newDatabase();
        mongo = TestServers.newMongoDatabase();
        String prefix = TestServers.newTopicPrefix();
        AggregateTopics.create(prefix);
        Map<String, String> settings = new TreeMap<>();
        settings.put("spring.datasource.url", sql.url());
        settings.put("spring.datasource.username", sql.username());
        settings.put("spring.datasource.password", sql.password());
        settings.put("spring.mongodb.uri", mongo.uri());
        settings.put("spring.kafka.bootstrap-servers", TestServers.kafkaBootstrapServers());
        settings.put("studybuddy.topic-prefix", prefix);
        settings.put("studybuddy.group-prefix", prefix);
        settings.put("studybuddy.requests-per-second", "1000000");
        settings.put("studybuddy.invalid-tokens-per-second", "1000000");
        settings.put("logging.level.org.springframework.boot.webmvc", "ERROR");
        settings.put("logging.level.dev.studybuddy.api.http.ProblemWriter", "ERROR");
        settings.put("logging.level.dev.studybuddy.api.access", "ERROR");
        api = RunningApi.start(settings);
        study = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 1);
        study.activate();
        subjects = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 1);
        subjects.activate();
        ids = fill(prefix);
    }

    private static List<String> fill(String prefix) {
        Client owner = api.newUser();
        String todo = owner.post(
                        "/api/todos",
                        "{\"title\":\"" + SECRET_TITLE + "\",\"difficulty\":\"easy\",\"questionsTarget\":1}")
                .text("/id");
        String session = owner.post("/api/sessions", "{\"minutes\":5}").text("/id");
        Instant at = Instant.parse("2026-11-23T10:00:00Z");
        DeadLetter letter = new DeadLetter(
                "topic-0-1",
                DeadLetter.State.OPEN,
                AggregateType.TODO.topic(prefix),
                0,
                1,
                new Binary(todo.getBytes(StandardCharsets.UTF_8)),
                new Binary(SECRET_PAYLOAD.getBytes(StandardCharsets.UTF_8)),
                List.of(),
                "unreadable",
                SECRET_PAYLOAD,
                0,
                "todo.created",
                1L,
                at,
                at);
        study.database().getCollection(Names.DEAD_LETTERS).insertOne(letter.toDocument());
        return List.of(todo, session, owner.get("/api/users/me").text("/id"), letter.id());
    }

    @AfterAll
    static void stop() {
        api.close();
        subjects.close();
        study.close();
        mongo.close();
        sql.close();
    }

    @Test
    void hostileRequestsCauseNo500AndRevealAndChangeNothing() throws Exception {
        send(4_000, 17);
    }

    @Test
    @Tag("long")
    void aHundredThousandHostileRequestsChangeNothing() throws Exception {
        send(100_000, 18);
    }

    private static void send(int count, long seed) throws Exception {
        JsonNode openApi = api.get("/openapi/api.json").json();
        Map<String, String> callers = Map.of(
                ADMIN,
                "",
                "user",
                api.newUser().headers().get(1),
                "operator",
                api.as(UUID.randomUUID(), "operator-read").headers().get(1));
        Map<String, List<String>> before = readData();
        AtomicIntegerArray statuses = new AtomicIntegerArray(600);
        Queue<String> faults = new ConcurrentLinkedQueue<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                HostileRequests requests = new HostileRequests(seed * THREADS + thread, openApi, ids, callers);
                running.add(threads.submit(() -> {
                    sendFrom(requests, count / THREADS, statuses, faults);
                    return requests;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }

        assertThat(faults.stream().limit(MAX_REPORTED)).isEmpty();
        assertThat(readData()).isEqualTo(before);
        // Each kind of rejection occurs, so the requests reach the checks of the service.
        assertThat(List.of(200, 400, 401, 403, 404, 415, 417, 431)).allMatch(status -> statuses.get(status) > 0);
        assertThat(statuses.get(NO_ANSWER)).isLessThan(count / 100);
        assertThat(api.get("/health").status()).isEqualTo(200);
    }

    private static void sendFrom(HostileRequests requests, int count, AtomicIntegerArray statuses, Queue<String> faults)
            throws IOException {
        try (RawConnection connection = new RawConnection(api.url())) {
            for (int sent = 0; sent < count; sent++) {
                HostileRequest request = requests.next();
                Optional<RawAnswer> answered =
                        connection.send(request.bytes(), !request.method().equals("HEAD"));
                if (answered.isEmpty()) {
                    statuses.incrementAndGet(NO_ANSWER);
                    continue;
                }
                RawAnswer answer = answered.get();
                statuses.incrementAndGet(answer.status());
                String fault = findFault(request, answer);
                if (fault != null) {
                    faults.add(fault + "\n" + request + "\n=> " + answer);
                }
            }
        }
    }

    private static @Nullable String findFault(HostileRequest request, RawAnswer answer) {
        if (answer.status() < 200 || (answer.status() >= 500 && answer.status() != 503)) {
            return "The status is " + answer.status();
        }
        if (answer.status() >= 400
                && !request.method().equals("HEAD")
                && !answer.head().contains("application/problem+json")) {
            return "The answer is no problem detail";
        }
        if (answer.head().contains("\r\nset-cookie")) {
            return "The answer has a header that the request injected";
        }
        String body = answer.body().toLowerCase(Locale.ROOT);
        for (String internal : INTERNALS) {
            if (body.contains(internal)) {
                return "The answer contains " + internal;
            }
        }
        if (body.contains(SECRET_PAYLOAD) && !request.caller().equals(ADMIN)) {
            return "The answer contains a payload";
        }
        return findUndescribed(request, answer);
    }

    /** Returns what the OpenAPI document does not describe of an answer; it describes no preflight request. */
    private static @Nullable String findUndescribed(HostileRequest request, RawAnswer answer) {
        if (request.method().equals("OPTIONS")) {
            return null;
        }
        try {
            ApiDescription.ofRepository().check(request.method(), request.path(), answer.parsed());
            return null;
        } catch (AssertionError undescribed) {
            return undescribed.getMessage();
        }
    }

    /** Returns the rows and documents that the test expects unchanged, without the audit rows of reads. */
    private static Map<String, List<String>> readData() {
        Map<String, List<String>> data = new TreeMap<>();
        for (String table : TABLES) {
            data.put(table, rows("SELECT * FROM " + table));
        }
        data.put(
                "admin_audit",
                rows("SELECT * FROM admin_audit WHERE action NOT IN ('user.read', 'user.search', 'report.read',"
                        + " 'dead-letter.read', 'dead-letter.list')"));
        for (String collection : List.of(Names.DEAD_LETTERS, Names.BROKEN, Names.GENERATIONS)) {
            List<String> documents = new ArrayList<>();
            study.database()
                    .getCollection(collection)
                    .find()
                    .sort(new Document("_id", 1))
                    .forEach(document -> documents.add(document.toJson()));
            data.put(collection, documents);
        }
        return data;
    }

    private static List<String> rows(String select) {
        return api.sql().sql(select).query().listOfRows().stream()
                .map(HostileRequestsIT::text)
                .sorted()
                .toList();
    }

    private static String text(Map<String, Object> row) {
        Map<String, Object> readable = new TreeMap<>(row);
        readable.replaceAll((column, value) ->
                value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value);
        return readable.toString();
    }
}
