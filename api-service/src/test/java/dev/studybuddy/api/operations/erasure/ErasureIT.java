package dev.studybuddy.api.operations.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.outbox.PendingErasures;
import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.DatabaseDump;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** This test deletes a person and dumps both databases. The fixture of the read model replaces the projector. */
class ErasureIT extends ApiWithReadModel {

    private static final List<String> PERSONAL = List.of(
            "ernestine@vanishing.example",
            "Ernestine Vanishing",
            "ernestine_v",
            "vanishing.example/face.png",
            "Secret");

    private final UUID id = UUID.randomUUID();

    @Override
    protected Map<String, String> settings() {
        return Map.of("spring.kafka.bootstrap-servers", "127.0.0.1:1", "studybuddy.erasure.interval", "500ms");
    }

    @Test
    void nothingPersonalOfADeletedUserIsLeft() throws SQLException {
        Client user = createUser();
        String kept = createTodo(user, "Secret one");
        String removed = createTodo(user, "Secret two");
        user.patch("/api/todos/" + kept, "{\"title\": \"Secret three\"}");
        assertThat(user.delete("/api/todos/" + removed).status()).isEqualTo(204);
        projectAll();
        processAll();
        storeDeadLetter("letter-3-7", kept, "{\"title\": \"Secret four\"}");
        assertThat(personalLines()).isNotEmpty();

        assertThat(user.delete("/api/users/" + id).status()).isEqualTo(204);
        awaitEvents(kept, "todo.deleted");
        projectAll();
        processAll();

        Awaitility.await().atMost(TIMEOUT).until(() -> count("pending_erasures") == 0);
        assertThat(personalLines()).isEmpty();
        assertThat(dumpSql()).anyMatch(line -> line.startsWith("deleted_users"));
        assertThat(count("outbox WHERE event_type = 'todo.deleted'")).isEqualTo(2);
        assertThat(api.post("/api/admin/dead-letters/letter-3-7/replay", "").problem())
                .isEqualTo("dead-letter-erased");
        assertThat(api.send("DELETE", "/api/admin/dead-letters/letter-3-7", null)
                        .status())
                .isEqualTo(204);
        assertThat(api.bean(MeterRegistry.class).get("erasure_pending").gauge().value())
                .isGreaterThanOrEqualTo(0);
    }

    /** The projector omits a value that is too large, and keeps the first headers and the detail. */
    @Test
    void aDeadLetterWhoseValueWasOmittedIsErased() throws SQLException {
        Client user = createUser();
        String todo = createTodo(user, "Public one");
        projectAll();
        processAll();
        storeDeadLetterWithoutValue("letter-3-8", todo, 20_000_000);
        storeDeadLetterWithoutValue("letter-3-9", todo, 0);

        user.delete("/api/todos/" + todo);
        projectAll();
        processAll();

        Awaitility.await().atMost(TIMEOUT).until(() -> count("pending_erasures") == 0);
        assertThat(DatabaseDump.ofMongo(mongo.uri(), mongo.databaseName()))
                .filteredOn(line -> line.startsWith(Names.DEAD_LETTERS))
                .hasSize(2)
                .noneMatch(line -> line.contains("Secret"));
        assertThat(List.of("letter-3-8", "letter-3-9"))
                .allSatisfy(erased -> assertThat(DeadLetter.of(letter(erased)))
                        .matches(DeadLetter::isErased)
                        .satisfies(one -> assertThat(one.headers()).isEmpty()));
    }

    /** A rebuild reads the topics from their start, and rejects an event of a person who was deleted long ago. */
    @Test
    void aDeadLetterThatFollowsTheErasureIsErased() {
        Client user = createUser();
        String deleted = createTodo(user, "Secret one");
        String present = createTodo(user, "Public one");
        String pending = UUID.randomUUID().toString();
        user.delete("/api/todos/" + deleted);
        projectAll();
        processAll();
        Awaitility.await().atMost(TIMEOUT).until(() -> count("pending_erasures") == 0);
        insertPendingEvent(pending);
        storeDeadLetter("letter-3-1", deleted, "Secret four");
        storeDeadLetter("letter-3-2", present, "Public one");
        storeDeadLetter("letter-3-3", pending, "Public two");
        storeDeadLetter("letter-3-4", "no-id", "Public three");
        storeDeadLetter("letter-3-5", UUID.randomUUID().toString(), "A record of others");

        runScheduleInAnHour();

        awaitErased("letter-3-1");
        assertKept("letter-3-2", "letter-3-3", "letter-3-4", "letter-3-5");
    }

    /** A generation that is built from a replaced topic has no mirror of an aggregate that was deleted before. */
    @Test
    void aLateDeadLetterOfADeletedPersonIsErasedWithoutAMirror() {
        Client user = createUser();
        String todo = createTodo(user, "Secret one");
        assertThat(user.delete("/api/users/" + id).status()).isEqualTo(204);
        awaitEvents(todo, "todo.deleted");
        projectAll();
        processAll();
        Awaitility.await().atMost(TIMEOUT).until(() -> count("pending_erasures") == 0);
        try (ReadModelFixture rebuilt = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            rebuilt.activate();
            retirePrevious();
            storeDeadLetter("letter-3-1", todo, "{\"userId\": \"" + id + "\", \"title\": \"Secret four\"}");
            storeDeadLetter("letter-3-2", id.toString(), "Ernestine Vanishing");
            storeDeadLetter("letter-3-3", UUID.randomUUID().toString(), "{\"userId\": \"" + UUID.randomUUID() + "\"}");
            storeDeadLetter("letter-3-4", UUID.randomUUID().toString(), "[\"A record of others\"]");
            storeDeadLetterWithoutValue("letter-3-5", UUID.randomUUID().toString(), 20_000_000);

            runScheduleInAnHour();

            awaitErased("letter-3-1", "letter-3-2");
            assertKept("letter-3-3", "letter-3-4", "letter-3-5");
        }
    }

    @Test
    void aLateDeadLetterIsErasedIfThePreviousGenerationAppliedTheDeletion() {
        Client user = createUser();
        String todo = createTodo(user, "Secret one");
        user.delete("/api/todos/" + todo);
        projectAll();
        processAll();
        Awaitility.await().atMost(TIMEOUT).until(() -> count("pending_erasures") == 0);
        try (ReadModelFixture rebuilt = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            rebuilt.activate();
            storeDeadLetter("letter-3-1", todo, "Secret four");
            storeDeadLetter("letter-3-2", UUID.randomUUID().toString(), "A record of others");

            runScheduleInAnHour();

            awaitErased("letter-3-1");
            assertKept("letter-3-2");
        }
    }

    private void retirePrevious() {
        GenerationStore store = new GenerationStore(model.database());
        GenerationRecord record = store.read(Names.STUDY).orElseThrow();
        assertThat(store.compareAndSet(record.retirePrevious("its time is over")))
                .isTrue();
    }

    private void awaitErased(String... letters) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> Stream.of(letters)
                        .allMatch(erased -> DeadLetter.of(letter(erased)).isErased()));
        Awaitility.await().atMost(TIMEOUT).until(() -> count("jobs WHERE kind = 'erasure' AND state = 'running'") == 0);
    }

    private void assertKept(String... letters) {
        assertThat(letters)
                .allSatisfy(kept ->
                        assertThat(DeadLetter.of(letter(kept)).isErased()).isFalse());
    }

    /** No erasure is pending, so only the search for late dead letters is due. */
    private void runScheduleInAnHour() {
        new ErasureSchedule(
                        api.bean(PendingErasures.class),
                        api.bean(Jobs.class),
                        new ErasureProperties(Duration.ofMinutes(5)),
                        Clock.offset(Clock.systemUTC(), Duration.ofHours(1)),
                        new SimpleMeterRegistry())
                .runRound();
    }

    @Test
    void noErasureIsQueuedBehindAQueuedOne() {
        Awaitility.await().atMost(TIMEOUT).until(() -> count("jobs WHERE kind = 'erasure' AND state = 'done'") > 0);
        databases.jdbc().sql("""
                        INSERT INTO jobs (id, kind, state, lease_expires_at)
                        VALUES (gen_random_uuid(), 'erasure', 'queued', '2200-01-01 10:00:00+00')""").update();
        long before = count("jobs WHERE kind = 'erasure'");

        runScheduleInAnHour();
        assertThat(count("jobs WHERE kind = 'erasure'")).isEqualTo(before);

        databases.jdbc().sql("DELETE FROM jobs WHERE state = 'queued'").update();
        runScheduleInAnHour();
        assertThat(count("jobs WHERE kind = 'erasure'")).isEqualTo(before);
    }

    private Document letter(String letterId) {
        return model.database()
                .getCollection(Names.DEAD_LETTERS)
                .find(new Document("_id", letterId))
                .first();
    }

    private void insertPendingEvent(String todo) {
        databases
                .jdbc()
                .sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)
                        VALUES (?, 'todo', ?, 1, gen_random_uuid(), 'todo.created', '{}')""")
                .params(Shards.of(AggregateType.TODO.code(), todo), todo)
                .update();
    }

    /** A building generation reads the topics from their start, so it holds the person until it reads the deletion. */
    @Test
    void aBuildingGenerationDelaysNoErasureAndEndsWithoutTheData() throws SQLException {
        Client user = createUser();
        String todo = createTodo(user, "Secret one");
        projectAll();
        try (ReadModelFixture building = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            building.build();
            building.applyAll(model);

            assertThat(user.delete("/api/users/" + id).status()).isEqualTo(204);
            awaitEvents(todo, "todo.deleted");
            projectAll();
            processAll();

            Awaitility.await().atMost(TIMEOUT).until(() -> count("pending_erasures") == 0);
            assertThat(personalLines()).isNotEmpty().allMatch(line -> line.contains("_g2"));

            building.apply(AggregateType.TODO, new DeletedState(todo, id.toString(), 2));
            building.apply(AggregateType.USER, new DeletedState(id.toString(), id.toString(), 2));
            assertThat(personalLines()).isEmpty();
        }
    }

    @Test
    void aMirrorThatAPersonChangedDelaysOnlyItsOwnErasure() {
        Client user = createUser();
        String changed = createTodo(user, "Secret one");
        String other = createTodo(user, "Secret two");
        user.delete("/api/todos/" + changed);
        user.delete("/api/todos/" + other);
        projectAll();
        Document ofChanged = new Document("_id", changed);
        model.mirrors(AggregateType.TODO).updateOne(ofChanged, new Document("$set", new Document("deleted", "no")));
        processAll();

        Awaitility.await().atMost(TIMEOUT).until(() -> count("pending_erasures") == 1);
        model.mirrors(AggregateType.TODO).updateOne(ofChanged, new Document("$set", new Document("deleted", true)));
        Awaitility.await().atMost(TIMEOUT).until(() -> count("pending_erasures") == 0);
    }

    @Test
    void aDeadLetteredEventIsBlankedAndThenOnlyDiscarded() {
        Client user = createUser();
        String todo = createTodo(user, "Secret one");
        databases.jdbc().sql("""
                        UPDATE outbox SET processed = true, dead_lettered_at = now(), retry_count = 5,
                          last_error = 'too-large' WHERE aggregate_id = ?""").param(todo).update();
        String eventId = databases
                .jdbc()
                .sql("SELECT CAST(id AS TEXT) FROM outbox WHERE aggregate_id = ?")
                .param(todo)
                .query(String.class)
                .single();
        String event = "/api/admin/outbox/" + eventId;

        user.delete("/api/todos/" + todo);
        Awaitility.await().atMost(TIMEOUT).until(() -> count("outbox WHERE retry_count = 5 AND payload = '{}'") == 1);

        assertThat(api.post(event + "/retry", "").problem()).isEqualTo("event-erased");
        assertThat(api.post("/api/admin/dead-letters/" + eventId + "/replay", "")
                        .problem())
                .isEqualTo("dead-letter-erased");
        assertThat(api.get("/api/admin/outbox/stuck").json())
                .singleElement()
                .satisfies(stuck -> assertThat(stuck.path("advice").asString())
                        .contains("DELETE " + event)
                        .doesNotContain("/retry"));
        assertThat(api.send("DELETE", event, null).status()).isEqualTo(204);
    }

    @Test
    void aPendingEventStaysUntilItIsProcessed() {
        Client user = createUser();
        String todo = createTodo(user, "Secret one");
        // An event that is pending again after its dead letter keeps this time.
        databases
                .jdbc()
                .sql("UPDATE outbox SET dead_lettered_at = now() WHERE event_type = 'todo.created'")
                .update();
        user.delete("/api/todos/" + todo);
        model.apply(AggregateType.TODO, new DeletedState(todo, id.toString(), 2));

        Awaitility.await().atMost(TIMEOUT).until(() -> count("jobs WHERE kind = 'erasure' AND state = 'done'") > 1);
        assertThat(count("pending_erasures")).isEqualTo(1);
        assertThat(count("outbox WHERE event_type = 'todo.created' AND processed = false AND payload <> '{}'"))
                .isEqualTo(1);

        // A publisher removes the time of the dead letter when it marks the event.
        databases.jdbc().sql("UPDATE outbox SET dead_lettered_at = NULL").update();
        processAll();
        Awaitility.await().atMost(TIMEOUT).until(() -> count("pending_erasures") == 0);
        assertThat(count("outbox WHERE event_type = 'todo.created'")).isZero();
    }

    @Test
    void theManyRowsOfAHotAggregateAreErasedInSmallStatements() {
        Client user = createUser();
        String todo = createTodo(user, "Secret one");
        insertRows(todo, 1_200, false);
        insertRows(todo, 700, true);
        recordChangedRows("DELETE");
        recordChangedRows("UPDATE");

        user.delete("/api/todos/" + todo);
        model.apply(AggregateType.TODO, new DeletedState(todo, id.toString(), 2));
        processAll();

        Awaitility.await().atMost(TIMEOUT).until(() -> count("pending_erasures") == 0);
        assertThat(count("outbox WHERE aggregate_type = 'todo' AND event_type <> 'todo.deleted' AND payload <> '{}'"))
                .isZero();
        assertThat(count("outbox WHERE aggregate_type = 'todo' AND dead_lettered_at IS NOT NULL"))
                .isEqualTo(700);
        assertThat(changedRows("DELETE")).hasSizeGreaterThanOrEqualTo(3).allMatch(rows -> rows <= 500);
        assertThat(changedRows("UPDATE")).contains(500L, 200L).allMatch(rows -> rows <= 500);
    }

    private void insertRows(String aggregate, int rows, boolean deadLettered) {
        databases
                .jdbc()
                .sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          processed, processed_at, retry_count, dead_lettered_at)
                        SELECT :shard, 'todo', :aggregate, 1000 + n % 300, gen_random_uuid(), 'todo.updated',
                          '{"title": "Secret"}', true, now(), 0, CASE WHEN :deadLettered THEN now() END
                        FROM generate_series(1, :rows) AS n""")
                .param("shard", Shards.of(AggregateType.TODO.code(), aggregate))
                .param("aggregate", aggregate)
                .param("deadLettered", deadLettered)
                .param("rows", rows)
                .update();
    }

    /** Records how many rows of the outbox each statement of a kind changes. */
    private void recordChangedRows(String kind) {
        String table = kind.toLowerCase(Locale.ROOT) + "_rows";
        databases.jdbc().sql("CREATE TABLE " + table + " (changed BIGINT)").update();
        databases.jdbc().sql("""
                        CREATE FUNCTION record_{table}() RETURNS TRIGGER LANGUAGE plpgsql AS
                        'BEGIN INSERT INTO {table} SELECT count(*) FROM changed; RETURN NULL; END'""".replace("{table}", table)).update();
        databases
                .jdbc()
                .sql("""
                        CREATE TRIGGER record_{table} AFTER {kind} ON outbox REFERENCING OLD TABLE AS changed
                        FOR EACH STATEMENT EXECUTE FUNCTION record_{table}()""".replace("{table}", table).replace("{kind}", kind))
                .update();
    }

    private List<Long> changedRows(String kind) {
        return databases
                .jdbc()
                .sql("SELECT changed FROM " + kind.toLowerCase(Locale.ROOT) + "_rows WHERE changed > 0")
                .query(Long.class)
                .list();
    }

    private Client createUser() {
        Client user = api.as(id, "user");
        assertThat(user.post(
                                "/api/users",
                                "{\"email\": \"ernestine@vanishing.example\", \"name\": \"Ernestine Vanishing\","
                                        + " \"username\": \"ernestine_v\","
                                        + " \"avatar\": \"https://vanishing.example/face.png\"}",
                                "Idempotency-Key",
                                "first")
                        .status())
                .isEqualTo(201);
        return user;
    }

    private static String createTodo(Client user, String title) {
        return user.post(
                        "/api/todos",
                        "{\"title\": \"" + title + "\", \"subject\": \"Math\", \"difficulty\": \"hard\","
                                + " \"questionsTarget\": 3}",
                        "Idempotency-Key",
                        title)
                .text("/id");
    }

    /** Applies the newest event of each aggregate of the user to the read model. */
    private void projectAll() {
        databases
                .jdbc()
                .sql("""
                        SELECT DISTINCT ON (aggregate_id) aggregate_type, CAST(payload AS TEXT) AS payload FROM outbox
                        ORDER BY aggregate_id, aggregate_version DESC""")
                .query((row, number) -> {
                    AggregateType type = AggregateType.ofCode(row.getString("aggregate_type"))
                            .orElseThrow();
                    AggregateState state =
                            EventJson.read(type, row.getString("payload").getBytes(StandardCharsets.UTF_8));
                    Document deleted = new Document("_id", state.id()).append("deleted", true);
                    if (model.mirrors(type).find(deleted).first() == null) {
                        model.apply(type, state);
                    }
                    return type;
                })
                .list();
    }

    private void processAll() {
        databases
                .jdbc()
                .sql("UPDATE outbox SET processed = true, processed_at = now() WHERE processed = false")
                .update();
    }

    private void storeDeadLetter(String letterId, String aggregateId, String value) {
        storeDeadLetter(letterId, aggregateId, bytes(value), null);
    }

    private void storeDeadLetterWithoutValue(String letterId, String aggregateId, long valueBytes) {
        storeDeadLetter(letterId, aggregateId, null, valueBytes);
    }

    private void storeDeadLetter(
            String letterId, String aggregateId, @Nullable Binary value, @Nullable Long omittedValueBytes) {
        Instant now = Instant.now();
        DeadLetter letter = new DeadLetter(
                letterId,
                DeadLetter.State.OPEN,
                "studybuddy.todo.v1",
                3,
                7,
                now,
                bytes(aggregateId),
                value,
                List.of(new DeadLetter.Header("title", bytes("Secret five"))),
                "invalid",
                "The title Secret four is not valid.",
                0,
                "todo.updated",
                3L,
                now,
                now,
                omittedValueBytes);
        model.database()
                .getCollection(Names.DEAD_LETTERS)
                .insertOne(letter.toDocument().append(DeadLetter.COPIED, false));
    }

    private static Binary bytes(String text) {
        return new Binary(text.getBytes(StandardCharsets.UTF_8));
    }

    private void awaitEvents(String aggregateId, String type) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> count("outbox WHERE aggregate_id = '" + aggregateId + "' AND event_type = '" + type + "'")
                        == 1);
    }

    private List<String> dumpSql() throws SQLException {
        return DatabaseDump.ofSql(sql.url(), sql.username(), sql.password());
    }

    private List<String> personalLines() throws SQLException {
        return Stream.concat(dumpSql().stream(), DatabaseDump.ofMongo(mongo.uri(), mongo.databaseName()).stream())
                .filter(line -> PERSONAL.stream().anyMatch(line::contains))
                .toList();
    }
}
