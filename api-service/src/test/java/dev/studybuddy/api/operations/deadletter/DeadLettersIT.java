package dev.studybuddy.api.operations.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiDescription;
import dev.studybuddy.api.testing.ApiWithKafka;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.outbox.RowErrors;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** This test lists, replays and discards dead letters over HTTP. */
class DeadLettersIT extends ApiWithKafka {

    private static final int LARGE_LETTERS = 20;
    private static final int LARGE_VALUE_BYTES = 1 << 20;

    @Test
    void aReplayedDeadLetterHasItsValueAndARetryCount() throws Exception {
        createTopics();
        DeadLetter letter = newDeadLetter(0, "unreadable");
        store(letter);
        JsonNode listed = api.get("/api/admin/dead-letters?source=projector&state=open")
                .json()
                .path("items");
        assertThat(listed).hasSize(1);
        String path = "/api/admin/dead-letters/" + listed.get(0).path("id").asString();
        assertThat(api.get(path).json().path("value").asString()).isEqualTo("{broken");

        assertThat(api.post(path + "/replay", "").status()).isEqualTo(200);

        ConsumerRecord<byte[], byte[]> sent = firstRecord(letter.topic(), letter.partition());
        assertThat(sent.value()).isEqualTo("{broken".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(
                        sent.headers().lastHeader(EventHeaders.REPLAY_COUNT).value(), StandardCharsets.UTF_8))
                .isEqualTo("1");
        assertThat(api.post(path + "/replay", "").status()).isEqualTo(409);
        assertThat(api.get("/api/admin/dead-letters?state=replayed").json().path("items"))
                .hasSize(1);
        assertThat(api.get("/api/admin/dead-letters/nothing").status()).isEqualTo(404);
    }

    @Test
    void aDeadLetterWithoutItsValueIsListedButNotReplayed() throws Exception {
        createTopics();
        DeadLetter whole = newDeadLetter(0, "too-large");
        DeadLetter letter = new DeadLetter(
                whole.id(),
                whole.state(),
                whole.topic(),
                whole.partition(),
                whole.offset(),
                null,
                whole.key(),
                null,
                whole.headers(),
                whole.reason(),
                whole.detail(),
                0,
                whole.eventType(),
                whole.aggregateVersion(),
                whole.firstAt(),
                whole.lastAt(),
                20_000_000L);
        store(letter);
        assertThat(api.get("/api/admin/dead-letters?state=open").json().path("items"))
                .hasSize(1);
        String path = "/api/admin/dead-letters/" + letter.id();

        var answer = api.post(path + "/replay", "");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("type").asString()).endsWith("dead-letter-value-omitted");
        assertThat(answer.json().path("detail").asString()).contains("20000000 bytes");
        assertThat(endOffset(letter)).isZero();
        assertThat(api.send("DELETE", path, null).status()).isEqualTo(204);
    }

    @Test
    void noDeadLetterIsReplayedOrDiscardedWithoutAnAuditRow() throws Exception {
        createTopics();
        DeadLetter replayed = newDeadLetter(0, "unreadable");
        DeadLetter discarded = newDeadLetter(1, "unreadable");
        store(replayed);
        store(discarded);
        String replay = "/api/admin/dead-letters/" + replayed.id() + "/replay";
        String discard = "/api/admin/dead-letters/" + discarded.id();
        JdbcClient jdbc = JdbcClient.create(sql.dataSource());
        jdbc.sql("ALTER TABLE admin_audit RENAME TO hidden_audit").update();

        Client once = api.demo().withoutRetries();
        assertThat(once.post(replay, "").status()).isGreaterThanOrEqualTo(500);
        assertThat(once.delete(discard).status()).isGreaterThanOrEqualTo(500);
        assertThat(model.database().getCollection(Names.DEAD_LETTERS).countDocuments(new Document("state", "open")))
                .isEqualTo(2);
        assertThat(endOffset(replayed)).isZero();

        jdbc.sql("ALTER TABLE hidden_audit RENAME TO admin_audit").update();
        assertThat(api.post(replay, "").status()).isEqualTo(200);
        assertThat(api.send("DELETE", discard, null).status()).isEqualTo(204);
        assertThat(api.send("DELETE", discard, null).status()).isEqualTo(409);
        assertThat(api.get("/api/admin/audit").json().path("items"))
                .extracting(entry -> entry.path("action").asString()
                        + ' '
                        + entry.path("target").asString()
                        + ' '
                        + entry.path("detail").path("outcome").asString())
                .containsExactlyInAnyOrder(
                        "dead-letter.replay " + replayed.id() + " done",
                        "dead-letter.discard " + discarded.id() + " done");
    }

    @Test
    void deadLettersArePagedAndReplayedByAJobOrDiscarded() throws Exception {
        createTopics();
        for (int n = 0; n < 5; n++) {
            store(newDeadLetter(n, n == 4 ? "schema-newer" : "unreadable"));
        }
        JsonNode page = api.get("/api/admin/dead-letters?limit=3").json();
        assertThat(page.path("items")).hasSize(3);
        assertThat(api.get("/api/admin/dead-letters?limit=3&cursor="
                                + page.path("nextCursor").asString())
                        .json()
                        .path("items"))
                .hasSize(2);
        String body = "{\"reason\": \"unreadable\", \"perSecond\": 1000%s}";
        assertThat(api.post("/api/admin/dead-letters/replay", body.formatted(", \"dryRun\": true"))
                        .json()
                        .path("matched")
                        .intValue())
                .isEqualTo(4);
        String job =
                api.post("/api/admin/dead-letters/replay", body.formatted("")).header("Location");
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> api.get(job).json().path("state").asString().equals("done"));
        assertThat(api.get(job).json().path("done").intValue()).isEqualTo(4);
        JsonNode left = api.get("/api/admin/dead-letters?state=open").json().path("items");
        assertThat(left).hasSize(1);
        assertThat(api.send(
                                "DELETE",
                                "/api/admin/dead-letters/"
                                        + left.get(0).path("id").asString(),
                                null)
                        .status())
                .isEqualTo(204);
        assertThat(api.get("/api/admin/dead-letters?limit=0").status()).isEqualTo(400);
        assertThat(api.get("/api/admin/dead-letters?cursor=x").status()).isEqualTo(400);
    }

    @Test
    void deadLettersAreGroupedByCauseAndAGroupIsDiscardedByAJob() throws Exception {
        createTopics();
        for (int n = 0; n < 4; n++) {
            store(newDeadLetter(n, n == 3 ? "schema-newer" : "unreadable"));
        }
        insertDeadLetteredRow("RecordTooLargeException: The message is 1200345 bytes");
        insertDeadLetteredRow("RecordTooLargeException: The message is 2200346 bytes");

        assertThat(groups())
                .containsExactlyInAnyOrder(
                        "publisher RecordTooLargeException: The message is # bytes 2",
                        "projector schema-newer 1",
                        "projector unreadable 3");
        String discard = "/api/admin/dead-letters/discard";
        assertThat(api.post(discard, "{}").problem()).isEqualTo("invalid-request");
        JsonNode counted = api.post(discard, "{\"cause\": \"unreadable\", \"dryRun\": true}")
                .json();
        assertThat(counted.path("matched").intValue()).isEqualTo(3);
        assertThat(counted.path("matchedExact").booleanValue()).isTrue();

        awaitDone(api.post(discard, "{\"cause\": \"unreadable\", \"perSecond\": 1000}"));
        awaitDone(api.post(
                discard,
                "{\"source\": \"publisher\", \"cause\": \"RecordTooLargeException: The message is # bytes\"}"));

        assertThat(groups()).containsExactly("projector schema-newer 1");
        assertThat(api.get("/api/admin/dead-letters?state=discarded").json().path("items"))
                .hasSize(3);
    }

    @Test
    void theDescriptionRejectsADiscardWithoutAFilterAsTheServiceDoes() {
        JsonNode operation = api.get("/openapi", "Accept", "application/json")
                .json()
                .at("/paths/~1api~1admin~1dead-letters~1discard/post");
        JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
        JsonMapper json = new JsonMapper();

        for (String unfiltered : List.of("{}", "{\"dryRun\": true}", "{\"perSecond\": 10}")) {
            assertThat(api.post("/api/admin/dead-letters/discard", unfiltered).problem())
                    .as(unfiltered)
                    .isEqualTo("invalid-request");
            assertThat(ApiDescription.ofRepository().faultsOf(schema, json.readTree(unfiltered)))
                    .as(unfiltered)
                    .isNotEmpty();
        }
        assertThat(ApiDescription.ofRepository().faultsOf(schema, json.readTree("{\"key\": \"1\", \"dryRun\": true}")))
                .isEmpty();
        assertThat(operation.path("summary").asString()).doesNotContain("{");
    }

    @Test
    void aDocumentThatWasWrittenByHandIsListed() {
        store(newDeadLetter(0, "unreadable"));
        model.database()
                .getCollection(Names.DEAD_LETTERS)
                .insertMany(List.of(
                        new Document("_id", "without fields").append("state", "open"),
                        new Document("_id", "without times")
                                .append("state", "open")
                                .append("topic", "topic")
                                .append("reason", "by hand"),
                        new Document("_id", "wrong types")
                                .append("state", "open")
                                .append("topic", 7)
                                .append("reason", List.of())
                                .append("headers", "none")
                                .append("firstAt", "yesterday")));

        assertThat(api.get("/api/admin/dead-letters?source=projector&state=open")
                        .json()
                        .path("items"))
                .hasSize(4);
        assertThat(api.get("/api/admin/dead-letters/without%20fields").status()).isEqualTo(200);
        assertThat(groups()).containsExactlyInAnyOrder("projector unreadable 1", "projector by hand 1");
    }

    @Test
    void manyLargeDeadLettersAreListedAndDiscarded() throws Exception {
        createTopics();
        DeadLetter letter = newDeadLetter(0, "unreadable");
        for (int n = 0; n < LARGE_LETTERS; n++) {
            model.database()
                    .getCollection(Names.DEAD_LETTERS)
                    .insertOne(letter.toDocument()
                            .append("_id", "large-" + n)
                            .append("value", new Binary(new byte[LARGE_VALUE_BYTES])));
        }
        String key = new String(letter.key().getData(), StandardCharsets.UTF_8);

        assertThat(sizesOfPages("/api/admin/dead-letters?source=projector&limit=200"))
                .as("the values of a page have about 8 MB")
                .containsExactly(8, 8, 4);
        // The timeline has no dead letters if MongoDB needs more than the time limit of a read, as on a busy machine.
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(
                                api.get("/api/admin/events/" + key).json().path("deadLetters"))
                        .hasSize(8));

        awaitDone(api.post("/api/admin/dead-letters/discard", "{\"reason\": \"unreadable\", \"perSecond\": 1000}"));

        assertThat(model.database()
                        .getCollection(Names.DEAD_LETTERS)
                        .countDocuments(new Document("state", "discarded")))
                .isEqualTo(LARGE_LETTERS);
    }

    private List<Integer> sizesOfPages(String path) {
        List<Integer> sizes = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.get(path + cursor).json();
            sizes.add(page.path("items").size());
            cursor = page.path("nextCursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("nextCursor").asString();
        } while (!cursor.isEmpty());
        return sizes;
    }

    private List<String> groups() {
        List<String> found = new ArrayList<>();
        for (JsonNode group : api.get("/api/admin/dead-letters/groups").json().path("items")) {
            found.add(group.path("source").asString()
                    + ' '
                    + group.path("cause").asString()
                    + ' '
                    + group.path("count").intValue());
        }
        return found;
    }

    private void awaitDone(ReceivedAnswer started) {
        assertThat(started.status()).as("%s", started).isEqualTo(202);
        String job = started.header("Location");
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> api.get(job).json().path("state").asString().equals("done"));
    }

    /** A statement that reads the payload of such a row can take many seconds, and would hide all other dead letters. */
    @Test
    void aDeadLetterWhoseContentTheDatabaseCannotReturnIsListedWithoutIt() {
        insertDeadLetteredRow(RowErrors.UNREADABLE_CONTENT + ": out of memory");
        UUID id = JdbcClient.create(sql.dataSource()).sql("""
                        UPDATE outbox SET payload = CAST('[1e131071]' AS jsonb), headers = CAST('{"n": 1e131071}' AS jsonb)
                        RETURNING id""").query(UUID.class).single();
        String payload = "\"The database cannot return this payload.\"";

        JsonNode listed = api.get("/api/admin/dead-letters?source=publisher").json();
        JsonNode details = api.get("/api/admin/dead-letters/" + id).json();

        assertThat(listed.path("items").get(0).path("preview").asString()).isEqualTo(payload);
        assertThat(details.path("value").asString()).isEqualTo(payload);
    }

    /**
     * The columns {@code at} and {@code created_at} hold the start of their transaction, so equal times show one
     * transaction.
     */
    @Test
    void theChangeOfAPublishersDeadLetterAndItsAnswerAreOneTransaction() {
        JdbcClient jdbc = JdbcClient.create(sql.dataSource());
        for (String action : List.of("replay", "discard")) {
            insertDeadLetteredRow("RecordTooLargeException");
            UUID id = jdbc.sql(
                            "UPDATE outbox SET payload = '{\"id\":1}' WHERE dead_lettered_at IS NOT NULL RETURNING id")
                    .query(UUID.class)
                    .single();

            assertThat(changeWithKey(action, id)).isLessThan(300);

            assertThat(jdbc.sql("SELECT count(*) FROM admin_audit JOIN idempotency_keys ON at = created_at"
                                    + " WHERE target = ? AND idempotency_key = ?")
                            .params(id.toString(), id.toString())
                            .query(Long.class)
                            .single())
                    .as(action)
                    .isOne();
            assertThat(changeWithKey(action, id)).as("repeated %s", action).isLessThan(300);
        }
    }

    /** Changes a dead letter with its id as the key of the request, and returns the status of the answer. */
    private int changeWithKey(String action, UUID id) {
        String path = "/api/admin/dead-letters/" + id;
        String key = id.toString();
        return action.equals("replay")
                ? api.post(path + "/replay", "", "Idempotency-Key", key).status()
                : api.send("DELETE", path, null, "Idempotency-Key", key).status();
    }

    private void insertDeadLetteredRow(String reason) {
        JdbcClient.create(sql.dataSource()).sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type,
                          payload, headers, processed, processed_at, retry_count, last_error, dead_lettered_at)
                        VALUES (0, 'todo', 'todo-1', 1, gen_random_uuid(), 'todo.created', '{}', '{}', true, now(), 5,
                          ?, now())""").param(reason).update();
    }

    private static long endOffset(DeadLetter letter) throws Exception {
        TopicPartition partition = new TopicPartition(letter.topic(), letter.partition());
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers()))) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }

    private static ConsumerRecord<byte[], byte[]> firstRecord(String topic, int partition) {
        Map<String, Object> settings =
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers());
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition assigned = new TopicPartition(topic, partition);
            consumer.assign(List.of(assigned));
            consumer.seekToBeginning(List.of(assigned));
            Awaitility.await().atMost(TIMEOUT).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
                return !found.isEmpty();
            });
        }
        return found.getFirst();
    }

    @Test
    void payloadsAreMaskedForTheRoleOperatorReadAndOtherReadsAreRecorded() {
        DeadLetter letter = newDeadLetter(0, "unreadable");
        store(letter);
        String path = "/api/admin/dead-letters/" + letter.id();
        String timeline = "/api/admin/events/" + new String(letter.key().getData(), StandardCharsets.UTF_8);
        Client operator = api.as(UUID.randomUUID(), "operator-read");

        for (String read : List.of("/api/admin/dead-letters", path, timeline)) {
            assertThat(operator.get(read).status()).isEqualTo(200);
            assertThat(operator.get(read).body()).contains("[masked]").doesNotContain("{broken", "e2Jyb2tlbg");
        }
        assertThat(reads()).isEmpty();
        assertThat(operator.post(path + "/replay", "").status()).isEqualTo(403);
        assertThat(operator.delete(path).status()).isEqualTo(403);

        api.get("/api/admin/dead-letters");
        assertThat(api.get(path).body()).contains("{broken");
        assertThat(api.get(timeline).body()).contains("{broken");
        assertThat(reads()).hasSize(3).allMatch(row -> row.equals("dead-letter.read " + letter.id()));
    }

    private List<String> reads() {
        return JdbcClient.create(sql.dataSource())
                .sql("SELECT action || ' ' || target FROM admin_audit WHERE action LIKE 'dead-letter.%'")
                .query(String.class)
                .list();
    }
}
