package dev.studybuddy.e2e.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.e2e.IsolatedServers;
import dev.studybuddy.e2e.TestStack;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.local.program.FreePorts;
import dev.studybuddy.programs.Service;
import dev.studybuddy.readmodel.Names;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Runs a stack with the events and faults that an operator handles in the console. */
final class OperatedStack implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(60);

    /**
     * No verify starts automatically, because the state of the jobs would then depend on the time. The page loads the
     * state often, so that it shows a change soon.
     */
    private static final Map<String, String> SETTINGS = Map.of(
            "STUDYBUDDY_VERIFY_AFTERCHANGES", "false",
            "STUDYBUDDY_VERIFY_NIGHTLY", "false",
            "STUDYBUDDY_CONSOLE_INTERVAL", "500ms");

    private static final Map<String, String> JWT_SETTINGS =
            Map.of("STUDYBUDDY_ACCESS_MODE", "jwt", "STUDYBUDDY_ACCESS_SIGNING_KEY", SignedTokens.KEY);

    private final IsolatedServers isolated;
    private final TestStack stack;
    private final MongoClient mongo;
    private final OperatedTables tables;
    private final Service jwtApi;
    private final int jwtPort = FreePorts.find();

    static OperatedStack start() throws Exception {
        IsolatedServers isolated = new IsolatedServers();
        try {
            return new OperatedStack(
                    isolated,
                    TestStack.start("console", isolated.servers(), 1, 1, Map.of(), Map.of("api-service", SETTINGS)));
        } catch (Throwable e) {
            isolated.close();
            throw e;
        }
    }

    private OperatedStack(IsolatedServers isolated, TestStack stack) {
        this.isolated = isolated;
        this.stack = stack;
        this.mongo = MongoClients.create(isolated.servers().mongoUri());
        this.tables = new OperatedTables(isolated.servers());
        // This API starts while the first tests run.
        this.jwtApi =
                stack.describeApi("console-jwt-api", jwtPort, JWT_SETTINGS).start();
    }

    URI root() {
        return stack.root();
    }

    Service apiService() {
        return stack.apiService();
    }

    Service publisher() {
        return stack.publishers().getFirst();
    }

    OperatedTables tables() {
        return tables;
    }

    /** Waits until a further API is ready, which runs in mode {@code jwt}, and returns its address. */
    URI jwtRoot() {
        jwtApi.awaitReady();
        return URI.create("http://127.0.0.1:" + jwtPort);
    }

    JsonNode get(String path) throws Exception {
        return ok(stack.callWithRetry("GET", path, null, Map.of())).body();
    }

    JsonNode post(String path, @Nullable Object body) throws Exception {
        return ok(stack.callWithRetry("POST", path, body, Map.of())).body();
    }

    /** Sends a DELETE request. The job, rebuild or dead letter of the path may end during the call. */
    void delete(String path) throws Exception {
        assertThat(stack.callWithRetry("DELETE", path, null, Map.of()).status())
                .as(path)
                .isIn(200, 202, 204, 404, 409);
    }

    private static Answer ok(Answer answer) {
        assertThat(answer.ok()).as(answer.toString()).isTrue();
        return answer;
    }

    String token(String... roles) throws Exception {
        Object wanted = Map.of("userId", demoUser(), "roles", List.of(roles));
        return post("/api/dev/token", wanted).path("token").asString("");
    }

    String demoUser() throws Exception {
        return get("/api/users/me").path("id").asString("");
    }

    /** Creates a user in addition to the demo user, and returns the id. */
    String createUser(String name, String email, String username) throws Exception {
        return post("/api/users", Map.of("name", name, "email", email, "username", username))
                .path("id")
                .asString("");
    }

    /** Creates a todo of the demo user, which is not completed, and returns its id. */
    String createTodo(String title) throws Exception {
        return post("/api/todos", Map.of("title", title, "subject", "Math", "difficulty", "easy", "questionsTarget", 5))
                .path("id")
                .asString("");
    }

    /** Records a session of the demo user, which gives as many points as it has minutes. */
    void createSession(int minutes) throws Exception {
        post("/api/sessions", Map.of("minutes", minutes, "subject", "Math", "sessionType", "pomodoro"));
    }

    /** Waits until the active generation of the read model {@code study} shows the aggregate. */
    void awaitShown(String aggregate) {
        await(aggregate + " is shown")
                .atMost(LIMIT)
                .until(() -> get("/api/admin/events/" + aggregate)
                        .path("mirrors")
                        .valueStream()
                        .anyMatch(mirror -> mirror.path("model").asString("").equals(Names.STUDY)));
    }

    /** Waits until the first event of the aggregate is marked as published, and not as dead-lettered. */
    void awaitPublished(String aggregate) {
        await(aggregate + " is published").atMost(LIMIT).until(() -> {
            JsonNode event =
                    get("/api/admin/events/" + aggregate).path("events").path(0);
            return event.path("processed").asBoolean(false)
                    && !event.path("deadLetteredAt").isString();
        });
    }

    /** Waits until the job has this state. */
    void awaitJob(String job, String state) {
        await("the job is " + state)
                .atMost(LIMIT)
                .until(() ->
                        get("/api/admin/jobs/" + job).path("state").asString("").equals(state));
    }

    /** Waits until no verify is queued or runs. */
    void awaitEndOfVerifies() {
        for (String state : List.of("queued", "running")) {
            await("no verify is " + state)
                    .atMost(LIMIT)
                    .until(() -> get("/api/admin/jobs?kind=verify&state=" + state)
                            .path("items")
                            .isEmpty());
        }
    }

    long queueSize() throws Exception {
        return get("/api/health/sync").path("sync").path("queueSize").asLong(-1);
    }

    JsonNode projection(String model) throws Exception {
        return get("/api/admin/projections")
                .valueStream()
                .filter(one -> one.path("model").asString("").equals(model))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the id of the newest change that an operator made, without the audit rows of reads. */
    String newestChange() throws Exception {
        return get("/api/admin/audit?limit=50")
                .path("items")
                .valueStream()
                .filter(entry -> !entry.path("action").asString("").startsWith("dead-letter.read")
                        && !entry.path("action").asString("").startsWith("dead-letter.list"))
                .map(entry -> entry.path("id").asString(""))
                .findFirst()
                .orElse("");
    }

    /** Marks the published event of a todo as dead-lettered by the publisher, and returns the id of the event. */
    String deadLetterEventOf(String todo) throws Exception {
        awaitPublished(todo);
        return tables.deadLetter(todo, "Kafka refused it.");
    }

    /**
     * Makes the published event of a todo pending again until an attempt in an hour, and returns the id of the event.
     */
    String delayEventOf(String todo) throws Exception {
        awaitPublished(todo);
        return tables.delay(todo, "Kafka refused it.");
    }

    /**
     * Writes records without headers to a topic, waits until the projector dead-letters them, and returns the id of a
     * dead letter.
     */
    String deadLetter(AggregateType type, String... values) throws Exception {
        String topic = topic(type);
        int before = letters(topic).size();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", isolated.servers().kafka(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String value : values) {
                producer.send(new ProducerRecord<>(topic, "foreign".getBytes(UTF_8), value.getBytes(UTF_8)))
                        .get();
            }
        }
        await("the dead letters").atMost(LIMIT).until(() -> letters(topic).size() == before + values.length);
        return letters(topic).getFirst().path("id").asString("");
    }

    /** Returns the open dead letters that the projector recorded for a topic, newest first. */
    List<JsonNode> letters(String topic) throws Exception {
        return get("/api/admin/dead-letters?source=projector&state=open&limit=200&topic=" + topic)
                .path("items")
                .valueStream()
                .sorted((a, b) -> b.path("firstAt")
                        .asString("")
                        .compareTo(a.path("firstAt").asString("")))
                .toList();
    }

    String letterState(String id) throws Exception {
        return get("/api/admin/dead-letters/" + id).path("letter").path("state").asString("");
    }

    String topic(AggregateType type) {
        return type.topic(isolated.servers().topicPrefix());
    }

    /** Deletes the mirror of a todo in MongoDB without an event. */
    void loseMirror(String todo) throws Exception {
        awaitShown(todo);
        String name = isolated.servers().mongoUri().replaceAll("^.*/|\\?.*$", "");
        int active = projection(Names.STUDY).path("active").intValue();
        MongoCollection<Document> mirrors =
                mongo.getDatabase(name).getCollection(Names.mirrors(AggregateType.TODO, active));
        assertThat(mirrors.deleteOne(new Document("_id", todo)).getDeletedCount())
                .isEqualTo(1);
    }

    @Override
    public void close() {
        mongo.close();
        jwtApi.close();
        stack.close();
        isolated.close();
    }
}
