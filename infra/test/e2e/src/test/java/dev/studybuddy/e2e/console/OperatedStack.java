package dev.studybuddy.e2e.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.e2e.IsolatedServers;
import dev.studybuddy.e2e.Stack;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.programs.Service;
import dev.studybuddy.readmodel.Names;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A running stack, with the events and faults that an operator handles in the console. */
final class OperatedStack implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String DEAD_LETTER = """
            UPDATE outbox SET retry_count = 5, last_error = ?, dead_lettered_at = now(), processed = true,
              processed_at = now()
            WHERE aggregate_id = ? RETURNING id""";

    private static final String DELAY = """
            UPDATE outbox SET retry_count = 1, last_error = ?, next_attempt_at = now() + INTERVAL '1 hour',
              processed = false, processed_at = NULL
            WHERE aggregate_id = ? RETURNING id""";

    /** A verify by itself would make the state of the jobs depend on the time. */
    private static final Map<String, Map<String, String>> SETTINGS = Map.of(
            "api-service", Map.of("STUDYBUDDY_VERIFY_AFTERCHANGES", "false", "STUDYBUDDY_VERIFY_NIGHTLY", "false"));

    private final IsolatedServers isolated;
    private final Stack stack;
    private final MongoClient mongo;

    static OperatedStack start() throws Exception {
        IsolatedServers isolated = new IsolatedServers();
        try {
            return new OperatedStack(isolated, Stack.start("console", isolated.servers(), 1, 1, Map.of(), SETTINGS));
        } catch (Throwable e) {
            isolated.close();
            throw e;
        }
    }

    private OperatedStack(IsolatedServers isolated, Stack stack) {
        this.isolated = isolated;
        this.stack = stack;
        this.mongo = MongoClients.create(isolated.servers().mongoUri());
    }

    URI root() {
        return stack.root();
    }

    Service apiService() {
        return stack.apiService();
    }

    JsonNode get(String path) throws Exception {
        return ok(stack.api().call("GET", path, null)).body();
    }

    JsonNode post(String path, @Nullable Object body) throws Exception {
        return ok(stack.api().call("POST", path, body)).body();
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

    /** Returns the id of the newest change that an operator made. Reads leave rows too, which this leaves out. */
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
    String deadLetterEventOf(String todo, String reason) throws Exception {
        return changeRow(DEAD_LETTER, reason, todo);
    }

    /** Makes the published event of a todo pending again until an attempt in an hour, and returns the id of the event. */
    String delayEventOf(String todo) throws Exception {
        return changeRow(DELAY, "Kafka refused it.", todo);
    }

    private String changeRow(String statement, String reason, String todo) throws Exception {
        awaitPublished(todo);
        try (Connection connection = DriverManager.getConnection(
                        isolated.servers().sqlUrl(),
                        isolated.servers().sqlUser(),
                        isolated.servers().sqlPassword());
                PreparedStatement update = connection.prepareStatement(statement)) {
            update.setString(1, reason);
            update.setString(2, todo);
            try (ResultSet row = update.executeQuery()) {
                assertThat(row.next()).isTrue();
                return row.getString(1);
            }
        }
    }

    /** Writes a record without headers to a topic, waits until the projector dead-letters it, and returns its letter. */
    String deadLetter(AggregateType type, String value) throws Exception {
        String topic = type.topic(isolated.servers().topicPrefix());
        long before = letters(topic).size();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", isolated.servers().kafka(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, "foreign".getBytes(UTF_8), value.getBytes(UTF_8)))
                    .get();
        }
        await("the letter").atMost(LIMIT).until(() -> letters(topic).size() == before + 1);
        return letters(topic).getFirst().path("id").asString("");
    }

    /** Returns the open letters that the projector wrote of a topic, newest first. */
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
        stack.close();
        isolated.close();
    }
}
