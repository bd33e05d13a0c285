package dev.studybuddy.api.operations.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.testkit.DatabaseDump;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** This test deletes data of a person, and checks what both databases still hold. */
class ErasureIT extends ErasureFixture {

    private static final List<String> PERSONAL = List.of(
            "ernestine@vanishing.example",
            "Ernestine Vanishing",
            "ernestine_v",
            "vanishing.example/face.png",
            "Secret");

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
        // An event that was dead-lettered and is pending again keeps the time of its dead letter.
        databases
                .jdbc()
                .sql("UPDATE outbox SET dead_lettered_at = now() WHERE event_type = 'todo.created'")
                .update();
        user.delete("/api/todos/" + todo);
        model.apply(AggregateType.TODO, new DeletedState(todo, id.toString(), 2));

        Awaitility.await().atMost(TIMEOUT).until(() -> count("jobs WHERE kind = 'erasure' AND state = 'done'") > 1);
        assertThat(count("pending_erasures")).isEqualTo(1);
        // Each job starts at a random aggregate, and must not count the waiting one again when it reaches its start.
        assertThat(count("jobs WHERE kind = 'erasure' AND CAST(result ->> 'waiting' AS INTEGER) > 1"))
                .isZero();
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

    private List<String> dumpSql() throws SQLException {
        return DatabaseDump.ofSql(sql.url(), sql.username(), sql.password());
    }

    private List<String> personalLines() throws SQLException {
        return Stream.concat(dumpSql().stream(), DatabaseDump.ofMongo(mongo.uri(), mongo.databaseName()).stream())
                .filter(line -> PERSONAL.stream().anyMatch(line::contains))
                .toList();
    }
}
