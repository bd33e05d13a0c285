package dev.studybuddy.api.operations.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.outbox.PendingErasures;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.DatabaseDump;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** This test erases the dead letters of deleted aggregates, including those that arrive after the erasure. */
class DeadLetterErasureIT extends ErasureFixture {

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

    /** Runs the schedule as if an hour had passed. The search for late dead letters is due then. */
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
}
