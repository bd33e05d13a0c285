package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.AggregateWriter;
import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.api.testing.TestTopics;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.testkit.TestServers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test runs verifies and repairs over HTTP. */
class VerifyIT extends ApiWithReadModel {

    private final String prefix = TestServers.newTopicPrefix();

    @Override
    protected Map<String, String> settings() {
        return Map.of(
                "spring.kafka.bootstrap-servers",
                TestServers.kafkaBootstrapServers(),
                "studybuddy.topic-prefix",
                prefix);
    }

    @BeforeEach
    void createTopics() throws ExecutionException, InterruptedException {
        TestTopics.create(prefix);
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
        // The hand-changed mirror no longer agrees with its user's totals.
        assertThat(found.path("counts").path("wrongTotals").intValue()).isPositive();
    }

    @Test
    void aSnapshotRepairsALostEventAndADeleteAnExtraMirror() {
        SessionState lost = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        databases.insert(lost);
        SessionState extra = ReadModelFixture.session(BEN, "Math", 11, DAY);
        model.apply(AggregateType.SESSION, extra);

        JsonNode verify = verify(true);

        assertThat(verify.path("repaired").intValue()).as("%s", verify).isEqualTo(2);
        assertThat(event(lost.id())).isEqualTo("session.snapshot 1");
        assertThat(event(extra.id())).isEqualTo("session.deleted 1");
    }

    @Test
    void aUsersTotalChangedByHandIsFoundButNotRepaired() {
        String id = RollupKey.ofUser(Periods.day(DAY), BEN).id();
        model.totals().updateOne(new Document("_id", id), new Document("$inc", new Document("points", 5)));

        JsonNode verify = verify(true);

        assertThat(verify.path("consistent").booleanValue(true)).isFalse();
        assertThat(ids(verify, "wrongTotals")).contains(id);
        assertThat(verify.path("repaired").intValue()).isZero();
    }

    /**
     * The publisher deleted the row of one event, and the broker did not return the offset of the other. A record of
     * their topic is not applied yet.
     */
    @Test
    void anEventWithoutAPlaceIsDriftOnlyAfterItsTopicIsApplied() throws ExecutionException, InterruptedException {
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
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestServers.kafkaBootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(AggregateType.SESSION.topic(prefix), 3, "key", "{}"))
                    .get();
        }

        JsonNode before = verify(false);
        assertThat(ids(before, "missing")).isEmpty();
        assertThat(before.path("unsettled").intValue()).as("%s", before).isEqualTo(2);

        model.journal(AggregateType.SESSION, 3, 1);
        assertThat(ids(verify(false), "missing")).containsExactlyInAnyOrder(withoutRow.id(), withoutOffset.id());
    }

    /**
     * A projector died between the sums and the mirrors of a batch, and no instance has taken over its partition yet.
     */
    @Test
    void aHalfAppliedBatchIsUnsettledAndNotDrift() {
        model.add(RollupKey.ofUser(Periods.day(DAY), BEN), Map.of("points", 5L));
        model.add(RollupKey.ofEveryone(Periods.week(DAY)), Map.of("points", 5L));
        model.decided(AggregateType.SESSION, 3, 8, 7);

        JsonNode verify = verify(false);

        assertThat(verify.path("consistent").isNull()).as("%s", verify).isTrue();
        assertThat(verify.path("counts").path("wrongTotals").intValue()).isZero();
        assertThat(verify.path("unsettled").intValue()).isEqualTo(2);
    }

    @Test
    void aGlobalTotalChangedByHandIsFound() {
        String id = RollupKey.ofEveryone(Periods.ALL).id();
        model.totals().updateOne(new Document("_id", id), new Document("$inc", new Document("studyMinutes", -1)));

        assertThat(ids(verify(false), "wrongTotals")).containsExactly(id);
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
            subjects.totals()
                    .updateOne(
                            new Document("_id", user),
                            new Document("$inc", new Document("bySubject.Math.byDifficulty.easy.todosCompleted", 1)));
            JsonNode changed = verify("subjects");
            assertThat(ids(changed, "wrongTotals")).containsExactlyInAnyOrder(user, subject);
            assertThat(changed.path("consistent").booleanValue(true)).isFalse();
        }
    }

    @Test
    void aVerifyReportsTotalsThatItCannotCompare() {
        try (ReadModelFixture other =
                ReadModelFixture.of("other", (sums, state, factor) -> {}, mongo.uri(), mongo.databaseName(), 1)) {
            other.activate();
            JsonNode lacking = verify("other");
            assertThat(lacking.path("counts").path("missing").intValue()).isEqualTo(1);
            assertThat(lacking.path("consistent").booleanValue(true)).isFalse();
            databases.jdbc().sql("DELETE FROM todos").update();

            JsonNode verify = verify("other");

            assertThat(verify.path("notCompared"))
                    .extracting(JsonNode::asString)
                    .containsExactly("wrongTotals");
            assertThat(verify.path("consistent").isNull()).as("%s", verify).isTrue();
        }
        assertThat(api.post("/api/admin/verify", "{\"model\": \"nothing\"}")
                        .json()
                        .path("errors")
                        .get(0)
                        .path("field")
                        .asString())
                .isEqualTo("model");
    }

    private JsonNode verify(String model) {
        return runVerify("{\"model\": \"" + model + "\"}");
    }

    private JsonNode verify(boolean repair) {
        return runVerify("{\"repair\": " + repair + "}");
    }

    private JsonNode runVerify(String body) {
        var started = api.post("/api/admin/verify", body);
        assertThat(started.status()).isEqualTo(202);
        JsonNode job = awaitFinished(started.header("Location"));
        assertThat(job.path("state").asString()).as("%s", job).isEqualTo("done");
        return job;
    }

    private static List<String> ids(JsonNode verify, String list) {
        return verify.path(list)
                .valueStream()
                .map(entry -> entry.path("id").asString())
                .toList();
    }
}
