package dev.studybuddy.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** These tests call the operators' endpoints over HTTP, without a publisher and without Kafka. */
class OperatingIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
    private static final String ANNA = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String BEN = "bbbbbbbb-0000-4000-8000-000000000002";

    private TestDatabase sql;
    private TestMongo mongo;
    private ReadModelFixture model;
    private AggregateWriter databases;
    private RunningApi api;

    @BeforeEach
    void start() {
        sql = TestServers.newDatabase();
        mongo = TestServers.newMongoDatabase();
        RunningApi.migrateOutbox(sql.dataSource());
        api = RunningApi.start(Map.of(
                "spring.datasource.url", sql.url(),
                "spring.datasource.username", sql.username(),
                "spring.datasource.password", sql.password(),
                "spring.mongodb.uri", mongo.uri(),
                "studybuddy.verify.patience", "2s",
                "spring.kafka.bootstrap-servers", "127.0.0.1:1"));
        model = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 1);
        model.activate();
        databases = new AggregateWriter(sql.dataSource(), model);
        Awaitility.await().atMost(TIMEOUT).until(() -> count("users") == 1);
        // Remove the demo user, since no publisher sends its event here.
        databases.jdbc().sql("DELETE FROM users").update();
        databases.jdbc().sql("DELETE FROM outbox").update();
        databases.user(ANNA, true);
        databases.user(BEN, true);
        databases.session(ANNA, "Math", 20, DAY);
        databases.session(BEN, "Physics", 25, DAY);
        databases.todo(BEN, "Math", 3, DAY);
    }

    @AfterEach
    void stop() {
        api.close();
        model.close();
        mongo.close();
        sql.close();
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

    @Test
    void aBackupEmitsEveryAggregateOnce() {
        var started = api.post("/api/backup/full", "");
        assertThat(started.status()).isEqualTo(202);
        JsonNode job = awaitFinished(started.header("Location"));

        assertThat(job.path("state").asString()).as("%s", job).isEqualTo("done");
        assertThat(job.path("total").intValue()).isEqualTo(5);
        assertThat(job.path("done").intValue()).isEqualTo(5);
        assertThat(count("outbox WHERE event_type LIKE '%.snapshot'")).isEqualTo(5);
        assertThat(api.get("/api/admin/audit")
                        .json()
                        .path("items")
                        .get(0)
                        .path("action")
                        .asString())
                .isEqualTo("backup.start");
    }

    @Test
    void aSnapshotRequestEmitsOneAggregate() {
        assertThat(api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "")
                        .status())
                .isEqualTo(202);
        assertThat(event(ANNA)).isEqualTo("user.snapshot 1");
        assertThat(api.post("/api/admin/aggregates/todo/" + ANNA + "/snapshot", "")
                        .status())
                .isEqualTo(404);
        assertThat(api.post("/api/admin/aggregates/pony/" + ANNA + "/snapshot", "")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aSyncTriggerReportsPendingEventsAndRequestsSweeps() {
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");

        JsonNode answer = api.post("/api/admin/sync/trigger", "").json();

        assertThat(answer.path("pendingBefore").intValue()).isEqualTo(1);
        assertThat(answer.path("pendingAfter").intValue()).isEqualTo(1);
        assertThat(answer.path("visibleInMongo").booleanValue(true)).isFalse();
        assertThat(count("outbox_shard_lease WHERE sweep_requested_at IS NOT NULL"))
                .isEqualTo(64);
        assertThat(api.post("/api/admin/sync/trigger?waitSeconds=61", "").status())
                .isEqualTo(400);
    }

    @Test
    void aDeadLetteredEventHasAReasonAndIsRetriedOrDiscarded() {
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");
        databases.jdbc().sql("""
                        UPDATE outbox SET processed = true, retry_count = 3, last_error = 'too-large',
                          dead_lettered_at = now()""").update();
        JsonNode stuck = api.get("/api/admin/outbox/stuck").json().get(0);
        assertThat(stuck.path("reason").asString()).isEqualTo("too-large");
        String location = "/api/admin/outbox/" + stuck.path("eventId").asString();

        assertThat(api.post(location + "/retry", "").status()).isEqualTo(202);
        assertThat(count("outbox WHERE processed = false AND retry_count = 0")).isEqualTo(1);
        assertThat(api.post(location + "/retry", "").status()).isEqualTo(404);

        databases
                .jdbc()
                .sql("UPDATE outbox SET processed = true, retry_count = 3, dead_lettered_at = now()")
                .update();
        assertThat(api.send("DELETE", location, null).status()).isEqualTo(204);
        assertThat(count("outbox")).isZero();
    }

    @Test
    void onlyAdminsUseTheOperatorsEndpoints() {
        String[] ben = api.as(BEN);

        assertThat(api.get("/api/admin/outbox/stuck", ben).status()).isEqualTo(403);
        assertThat(api.post("/api/admin/verify", "{}", ben).status()).isEqualTo(403);
        assertThat(api.post("/api/backup/full", "", ben).status()).isEqualTo(403);
        assertThat(api.get("/api/admin/jobs/" + UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(api.post("/api/admin/verify", "{\"repair\": 1, \"x\": 2}")
                        .json()
                        .path("errors"))
                .hasSize(2);
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

    private JsonNode awaitFinished(String location) {
        return Awaitility.await()
                .atMost(TIMEOUT)
                .until(
                        () -> api.get(location).json(),
                        job -> !job.path("finishedAt").isNull());
    }

    private static List<String> ids(JsonNode verify, String list) {
        return verify.path(list)
                .valueStream()
                .map(entry -> entry.path("id").asString())
                .toList();
    }

    private String event(String aggregate) {
        return databases
                .jdbc()
                .sql("SELECT event_type || ' ' || aggregate_version FROM outbox WHERE aggregate_id = ?")
                .param(aggregate)
                .query(String.class)
                .single();
    }

    private long count(String from) {
        return databases
                .jdbc()
                .sql("SELECT count(*) FROM " + from)
                .query(Long.class)
                .single();
    }
}
