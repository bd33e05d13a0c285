package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.AggregateWriter;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.testkit.TestServers;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests how verifies and repairs treat aggregates and their mirrors. */
class VerifyIT extends VerifyFixture {

    @Override
    protected Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(super.settings());
        // A slow machine applies a change or answers a query of Kafka within this time.
        settings.put("studybuddy.verify.settle-timeout", "10s");
        return settings;
    }

    @Test
    void aVerifyOfEqualDatabasesIsConsistent() {
        JsonNode verify = verify(false);

        assertThat(verify.path("consistent").booleanValue()).as("%s", verify).isTrue();
        assertThat(verify.path("compared").intValue()).isEqualTo(5);
    }

    @Test
    void aVerifyFindsEachKindOfDrift() {
        SessionState lost = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        databases.insert(lost);
        SessionState stale = databases.session(ANNA, "Math", 9, DAY);
        databases
                .jdbc()
                .sql("UPDATE study_sessions SET version = 2 WHERE id = CAST(? AS UUID)")
                .param(stale.id())
                .update();
        SessionState extra = ReadModelFixture.session(ANNA, "Math", 11, DAY);
        model.apply(AggregateType.SESSION, extra);
        SessionState other = databases.session(ANNA, "Math", 13, DAY);
        model.mirrors(AggregateType.SESSION)
                .updateOne(
                        new Document("_id", other.id()), new Document("$set", new Document("sessionType", "manual")));

        JsonNode found = verify(false);

        assertThat(found.path("consistent").booleanValue(true)).isFalse();
        assertThat(ids(found, "missing")).containsExactly(lost.id());
        assertThat(ids(found, "stale")).containsExactly(stale.id());
        assertThat(ids(found, "extra")).containsExactly(extra.id());
        assertThat(ids(found, "different")).containsExactly(other.id());
        // The mirror that was changed by hand no longer agrees with its user's totals.
        assertThat(found.path("counts").path("wrongTotals").intValue()).isPositive();
    }

    /** The instance that ran the first half has crashed. The aggregates before its position are not compared again. */
    @Test
    void aTakenOverVerifyContinuesWhereTheOtherInstanceStopped() {
        List<SessionState> sessions = Stream.generate(() -> ReadModelFixture.session(ANNA, "Math", 1, DAY))
                .limit(20)
                .sorted(Comparator.comparing(SessionState::id))
                .toList();
        sessions.forEach(databases::insert);
        String job = insertCrashed(
                "study",
                "{\"model\": \"study\"}",
                "study/1/mirrors/session/" + sessions.get(9).id(),
                """
                        {"model": "study", "generation": 1, "notCompared": [], "compared": 12, "unsettled": 0,
                         "missing": [{"type": "session", "id": "listed", "userId": "x", "version": 1, "mirrorVersion": 0}],
                         "stale": [], "extra": [], "different": [], "wrongTotals": [], "broken": [],
                         "counts": {"missing": 1, "stale": 0, "extra": 0, "different": 0, "wrongTotals": 0, "broken": 0},
                         "scopes": {"mirrors": {"differences": 1, "unsettled": 0},
                                    "users": {"differences": 0, "unsettled": 0},
                                    "everyone": {"differences": 0, "unsettled": 0}},
                         "repaired": 0, "repairsPending": 0, "notRepaired": 0, "consistent": null}""");

        JsonNode verify = awaitFinished(job);

        assertThat(verify.path("state").asString()).as("%s", verify).isEqualTo("done");
        assertThat(ids(verify, "missing"))
                .startsWith("listed")
                .containsAll(
                        sessions.subList(10, 20).stream().map(SessionState::id).toList())
                .doesNotContainAnyElementsOf(
                        sessions.subList(0, 10).stream().map(SessionState::id).toList());
        assertThat(verify.path("counts").path("missing").intValue()).isEqualTo(11);
    }

    @Test
    void aRepairWritesASnapshotOfALostEventAndADeleteOfAnExtraMirror() {
        SessionState lost = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        databases.insert(lost);
        SessionState extra = ReadModelFixture.session(BEN, "Math", 11, DAY);
        model.apply(AggregateType.SESSION, extra);

        JsonNode verify = verify(true);

        // No publisher runs, so the events are written but not applied.
        assertThat(verify.path("repairsPending").intValue()).as("%s", verify).isEqualTo(2);
        assertThat(verify.path("repaired").intValue()).isZero();
        assertThat(event(lost.id())).isEqualTo("session.snapshot 1");
        assertThat(event(extra.id())).isEqualTo("session.deleted 1");
    }

    @Test
    void aRepairCountsOnlyWhatItCorrected() throws Exception {
        SessionState lost = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        databases.insert(lost);
        SessionState ignored = ReadModelFixture.session(BEN, "Math", 9, DAY);
        databases.insert(ignored);
        SessionState ahead = databases.session(ANNA, "Math", 11, DAY);
        model.mirrors(AggregateType.SESSION)
                .updateOne(new Document("_id", ahead.id()), new Document("$set", new Document("version", 999L)));

        try (RepeatedWrites projector = new RepeatedWrites(() -> {
            if (count("outbox WHERE processed = false") == 2) {
                sendSessionRecord();
                databases
                        .jdbc()
                        .sql("UPDATE outbox SET processed = true, sent_partition = 3, sent_offset = 0")
                        .update();
                model.apply(AggregateType.SESSION, lost);
                model.journal(AggregateType.SESSION, 3, 1);
            }
        })) {
            JsonNode verify = verify(true);

            assertThat(verify.path("repaired").intValue()).as("%s", verify).isEqualTo(1);
            assertThat(verify.path("notRepaired").intValue()).isEqualTo(2);
            assertThat(verify.path("repairsPending").intValue()).isZero();
            assertThat(projector.rounds()).isPositive();
        }
        assertThat(count("outbox WHERE aggregate_id = '" + ahead.id() + "'")).isZero();
    }

    /** A foreign producer wrote a well-formed event whose id is no UUID, and a person inserted documents by hand. */
    @Test
    void documentsThatNoRowCanHaveAreReportedAsExtra() {
        TodoState foreign = ReadModelFixture.openTodo(ANNA, "Math", Difficulty.EASY, 5, 0, "no-uuid");
        model.apply(AggregateType.TODO, foreign);
        ObjectId byHand = new ObjectId();
        model.mirrors(AggregateType.TODO).insertOne(new Document("_id", byHand).append("title", "x"));
        model.mirrors(AggregateType.TODO).insertOne(new Document("_id", "z").append("title", 5));
        model.rollups()
                .insertOne(new Document("_id", "x").append("kind", "user").append("points", 3));

        JsonNode verify = verify(true);

        assertThat(ids(verify, "extra")).containsExactlyInAnyOrder("no-uuid", "z", byHand.toString());
        assertThat(ids(verify, "wrongTotals")).containsExactly("x");
        assertThat(verify.path("notRepaired").intValue()).isEqualTo(3);
        assertThat(verify.path("repaired").intValue()).isZero();
    }

    /**
     * The publisher deleted the row of one event, and the broker did not return the offset of the other. A record of
     * their topic is not applied yet.
     */
    @Test
    void anEventWithoutAPositionIsDriftOnlyAfterItsTopicIsApplied() {
        SessionState withoutRow = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        SessionState withoutOffset = ReadModelFixture.session(ANNA, "Math", 9, DAY);
        databases.insert(withoutRow);
        databases.insert(withoutOffset);
        databases
                .jdbc()
                .sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type,
                          payload, processed, sent_partition)
                        VALUES (?, 'session', ?, 1, gen_random_uuid(), 'session.created', '{}', true, 3)""")
                .params(Shards.of("session", withoutOffset.id()), withoutOffset.id())
                .update();
        sendSessionRecord();

        JsonNode before = verify(false);
        assertThat(ids(before, "missing")).isEmpty();
        assertThat(before.path("unsettled").intValue()).as("%s", before).isEqualTo(2);

        model.journal(AggregateType.SESSION, 3, 1);
        assertThat(ids(verify(false), "missing")).containsExactlyInAnyOrder(withoutRow.id(), withoutOffset.id());
    }

    /** The row holds an offset of the deleted topic of this name, which no journal of the present topic reaches. */
    @Test
    void anEventOfATopicThatWasCreatedAgainIsCompared() {
        SessionState lost = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        databases.insert(lost);
        databases
                .jdbc()
                .sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type,
                          payload, processed, sent_partition, sent_offset)
                        VALUES (?, 'session', ?, 1, gen_random_uuid(), 'session.created', '{}', true, 3, 5000)""")
                .params(Shards.of("session", lost.id()), lost.id())
                .update();

        assertThat(ids(verify(false), "missing")).containsExactly(lost.id());
    }

    @Test
    void aVerifyUsesTheVersionOfTheGeneration() {
        try (ReadModelFixture earlier = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2, 1)) {
            earlier.applyAll(model);
            earlier.activate();
            JsonNode clean = verify(false);
            assertThat(clean.path("consistent").booleanValue()).as("%s", clean).isTrue();

            String id = RollupKey.ofAllUsers(Periods.month(DAY)).id();
            earlier.rollups().updateOne(new Document("_id", id), new Document("$inc", new Document("points", 1)));
            assertThat(ids(verify(false), "wrongTotals")).containsExactly(id);
        }
    }

    @Test
    void aVerifyOfAnUnknownVersionComparesNoTotals() {
        GenerationStore store = new GenerationStore(model.database());
        GenerationRecord record = store.read(Names.STUDY).orElseThrow();
        Generation present = record.generations().get(1);
        Generation newer = new Generation(
                1, StudyContribution.VERSION + 1, present.topics(), false, present.startedAt(), null, null, null);
        assertThat(store.compareAndSet(record.with(newer))).isTrue();

        JsonNode verify = verify(false);

        assertThat(verify.path("notCompared")).extracting(JsonNode::asString).containsExactly("wrongTotals");
        assertThat(verify.path("consistent").isNull()).as("%s", verify).isTrue();
    }

    @Test
    void aVerifyOfSubjectsComparesOnlyItsMirrorsAndTotals() {
        try (ReadModelFixture subjects = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 4)) {
            subjects.activate();
            databases = new AggregateWriter(sql.dataSource(), model, subjects);
            databases.jdbc().sql("DELETE FROM todos").update();
            model.mirrors(AggregateType.TODO).deleteMany(new Document());
            databases.todo(ReadModelFixture.openTodo(ANNA, "Math", Difficulty.HARD, 10, 2));
            databases.todo(BEN, "Math", 3, DAY);
            JsonNode clean = verify("subjects");
            assertThat(clean.path("consistent").booleanValue()).as("%s", clean).isTrue();
            assertThat(clean.path("compared").intValue()).isEqualTo(2);
            assertThat(clean.path("notCompared")).isEmpty();

            String user = RollupKey.ofUser(Periods.ALL, BEN).id();
            String subject = RollupKey.ofSubject(Periods.ALL, "Math").id();
            subjects.rollups()
                    .updateOne(
                            new Document("_id", user),
                            new Document("$inc", new Document("bySubject.Math.byDifficulty.easy.todosCompleted", 1)));
            JsonNode changed = verify("subjects");
            assertThat(ids(changed, "wrongTotals")).containsExactlyInAnyOrder(user, subject);
            assertThat(changed.path("consistent").booleanValue(true)).isFalse();
        }
    }

    /** Sends a record to partition 3 of the sessions' topic, so that the partition ends at offset 1. */
    private void sendSessionRecord() {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestServers.kafkaBootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(AggregateType.SESSION.topic(prefix), 3, "key", "{}"))
                    .get();
        } catch (ExecutionException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
