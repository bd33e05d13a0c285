package dev.studybuddy.api.operations.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.AggregateTopics;
import dev.studybuddy.api.testing.AggregateWriter;
import dev.studybuddy.api.testing.ApiWithKafka;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test starts, activates, aborts and rolls back rebuilds over HTTP. */
class GenerationsIT extends ApiWithKafka {

    /** One of several activations takes less than this. */
    private static final Duration ACTIVATION_LIMIT = Duration.ofSeconds(3);

    /** A stall of the machine delays the answer, but each call ends. */
    private static final Duration LONGEST_ACTIVATION = Duration.ofSeconds(15);

    @Test
    void aRebuildIsActivatedOnceItHasCaughtUpAndCanBeRolledBack() throws Exception {
        assertThat(api.post("/api/admin/projections/rebuild", "").status()).isEqualTo(409);
        createTopics();
        // The rebuild has a record to catch up with, so that it is still being built when the second request arrives.
        publish(newDeadLetter(0, "unreadable"));
        var started = api.post("/api/admin/projections/rebuild", "");
        assertThat(started.status()).as("%s", started.json()).isEqualTo(202);
        assertThat(started.json().path("generation").intValue()).isEqualTo(2);
        assertThat(api.post("/api/admin/projections/rebuild", "{}").status()).isEqualTo(409);
        try (ReadModelFixture next = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            next.journals();
            next.journal(AggregateType.TODO, 3, 1);
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> projection().path("active").intValue() == 2);
        }
        assertThat(projection().path("previous").intValue()).isEqualTo(1);
        assertThat(projection().path("building").isNull()).isTrue();

        model.journal(AggregateType.TODO, 3, 1);
        var rollback = api.post("/api/admin/projections/rebuild/1/activate", "");
        assertThat(rollback.status()).as("%s", rollback.json()).isEqualTo(200);
        assertThat(projection().path("active").intValue()).isEqualTo(1);
        assertThat(api.post("/api/admin/projections/rebuild/9/activate", "").status())
                .isEqualTo(404);
    }

    /** Under this load, several hundred records of the topics are never applied yet. */
    @Test
    void aGenerationUnderSteadyLoadIsActivatedRolledBackAndActivatedAgain() throws Exception {
        createTopics();
        try (ReadModelFixture next = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            assertThat(api.post("/api/admin/projections/rebuild", "").status()).isEqualTo(202);
            next.journals();
            activateUnderLoad(next);
        }
    }

    private void activateUnderLoad(ReadModelFixture next) throws Exception {
        try (SteadyLoad load = new SteadyLoad(AggregateType.TODO.topic(prefix), model, next)) {
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> projection().path("active").intValue() == 2);
            // The lag is unknown until its first sample since the activation.
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(projection()
                                    .path("generations")
                                    .get(1)
                                    .path("lag")
                                    .longValue(0))
                            .as("records that are not applied")
                            .isGreaterThan(100));

            RepeatedRounds.assertOneTakesLessThan(ACTIVATION_LIMIT, () -> {
                Duration rollback = timeActivation(1);
                Duration activation = timeActivation(2);
                return rollback.compareTo(activation) > 0 ? rollback : activation;
            });
            assertThat(load.isRunning()).as("the load continues").isTrue();
        }
    }

    /** Activates a generation, and returns the duration of the call that succeeded. */
    private Duration timeActivation(int generation) {
        // While a slow machine delays the journals of the load, the generation is behind.
        Duration took = Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> activate(generation), answer -> answer.status() == 200)
                .duration();
        assertThat(projection().path("active").intValue()).isEqualTo(generation);
        return took;
    }

    private ReceivedAnswer activate(int generation) {
        ReceivedAnswer answer =
                api.demo().withoutRetries().post("/api/admin/projections/rebuild/" + generation + "/activate", "");
        assertThat(answer.status()).as("%s", answer).isIn(200, 409, 503);
        assertThat(answer.duration()).isLessThan(LONGEST_ACTIVATION);
        return answer;
    }

    @Test
    void aGenerationWithoutProgressIsNotActivated() throws Exception {
        createTopics();
        assertThat(api.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\"}")
                        .status())
                .isEqualTo(202);
        publish(newDeadLetter(0, "unreadable"));

        RepeatedRounds.assertOneTakesLessThan(ACTIVATION_LIMIT, () -> {
            var rejected = api.post("/api/admin/projections/rebuild/2/activate", "");
            assertThat(rejected.status()).isEqualTo(409);
            assertThat(rejected.text("/type")).contains("generation-behind");
            assertThat(rejected.duration()).isLessThan(LONGEST_ACTIVATION);
            return rejected.duration();
        });
    }

    @Test
    void aGenerationWithAWrongTotalOfTheLastVerifyIsNotActivated() throws Exception {
        createTopics();
        RollupKey total = RollupKey.ofUser(Periods.ALL, "bbbbbbbb-0000-4000-8000-000000000002");
        model.add(total, Map.of("points", 5L));
        String verify = api.post("/api/admin/verify", "{}").header("Location");
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> !api.get(verify).json().path("finishedAt").isNull());
        assertThat(api.get(verify).json().path("wrongTotals").get(0).path("id").asString())
                .isEqualTo(total.id());

        assertThat(api.post("/api/admin/projections/rebuild", "").status()).isEqualTo(202);
        try (ReadModelFixture next = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            next.add(total, Map.of("points", 5L));
            next.journals();
            Awaitility.await().atMost(TIMEOUT).until(() -> sampleOfActivation().contains(total.id()));
            assertThat(projection().path("active").intValue()).isEqualTo(1);

            next.add(total, Map.of("points", -5L));
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> projection().path("active").intValue() == 2);
        }
    }

    @Test
    void theActivationOfABrokenGenerationFails() throws Exception {
        createTopics();
        publish(newDeadLetter(0, "unreadable"));
        assertThat(api.post("/api/admin/projections/rebuild", "").status()).isEqualTo(202);

        try (ReadModelFixture next = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            next.markBroken();
        }

        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> count(
                                "jobs WHERE kind = 'activation' AND state = 'failed' AND error = 'the generation is broken'")
                        == 1);
    }

    private String sampleOfActivation() {
        return api.sql()
                .sql("SELECT COALESCE(result ->> 'sample', '') FROM jobs WHERE kind = 'activation'")
                .query(String.class)
                .single();
    }

    /**
     * The record is in the state in which an instance leaves it if it dies between the start of a rebuild and its jobs.
     */
    @Test
    void aRebuildThatLostItsJobsWaitsForTheRequiredSnapshots() throws Exception {
        createTopics();
        GenerationStore store = new GenerationStore(model.database());
        GenerationRecord record = store.read("study").orElseThrow();
        Instant startedAt = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
        Generation active = record.generations().get(1);
        Generation next = new Generation(
                2, active.projectionVersion(), active.topics(), false, true, startedAt, null, null, null);
        try (ReadModelFixture second = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            AggregateWriter writer = new AggregateWriter(sql.dataSource(), model, second);
            writer.user("aaaaaaaa-0000-4000-8000-000000000001", true);
            second.journals();
            assertThat(store.compareAndSet(record.begin(next))).isTrue();

            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> count("jobs WHERE kind = 'backup' AND state = 'done'") == 1
                            && count("jobs WHERE kind = 'activation'") == 1
                            && count("outbox WHERE event_type = 'user.snapshot'") == 1);
            ReceivedAnswer rejected = api.post("/api/admin/projections/rebuild/2/activate", "");
            assertThat(rejected.status()).as("%s", rejected.json()).isEqualTo(409);
            assertThat(rejected.text("/type")).contains("snapshots-missing");
            assertThat(projection().path("building").intValue()).isEqualTo(2);

            // A publisher dead-letters the snapshot, so that it is neither pending nor on its topic.
            writer.jdbc().sql("""
                            UPDATE outbox SET processed = true,
                              retry_count = CASE WHEN event_type = 'user.snapshot' THEN 5 ELSE 0 END,
                              dead_lettered_at = CASE WHEN event_type = 'user.snapshot' THEN now() END""").update();
            assertThat(api.post("/api/admin/projections/rebuild/2/activate", "").problem())
                    .isEqualTo("snapshots-missing");
            assertThat(api.bean(RequiredSnapshots.class).state("study", next, Duration.ZERO))
                    .as("state of a search without time")
                    .isEqualTo(RequiredSnapshots.State.UNKNOWN);

            writer.jdbc()
                    .sql("UPDATE outbox SET retry_count = 0, dead_lettered_at = NULL")
                    .update();

            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> projection().path("active").intValue() == 2);
        }
    }

    @Test
    void aRebuildFromACompactedTopicIsRejected() throws Exception {
        createTopics();
        AggregateTopics.setCleanupPolicy(AggregateType.TODO.topic(prefix), "compact");

        ReceivedAnswer rejected = api.post("/api/admin/projections/rebuild", "{\"snapshotsFirst\": true}");

        assertThat(rejected.status()).isEqualTo(409);
        assertThat(rejected.text("/type")).contains("topics-not-fit");
        assertThat(rejected.text("/detail")).contains("cleanup.policy");
    }

    @Test
    void concurrentRebuildRequestsWithOneKeyStartOneRebuild() throws Exception {
        createTopics();
        List<Callable<ReceivedAnswer>> calls =
                Collections.nCopies(4, () -> rebuild(api.demo().withoutRetries()));
        try (ExecutorService pool = Executors.newFixedThreadPool(calls.size())) {
            List<Future<ReceivedAnswer>> answers = pool.invokeAll(calls);
            for (Future<ReceivedAnswer> answer : answers) {
                // If the first request takes longer than the others wait, they receive 503 and must be repeated.
                ReceivedAnswer response = answer.get().status() == 503 ? rebuild(api.demo()) : answer.get();
                assertThat(response.status()).as("%s", response.json()).isEqualTo(202);
                assertThat(response.json().path("generation").intValue()).isEqualTo(2);
            }
        }
        assertThat(projection().path("generations")).hasSize(2);
    }

    private static ReceivedAnswer rebuild(Client client) {
        return client.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\"}", "Idempotency-Key", "one");
    }

    @Test
    void anAbortedRebuildIsListedAsAbortedAndItsNumberIsNotReused() throws Exception {
        createTopics();
        api.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\"}");
        assertThat(projection().path("generations").get(1).path("state").asString())
                .isEqualTo("building");

        assertThat(api.send("DELETE", "/api/admin/projections/rebuild/2", null).status())
                .isEqualTo(204);
        assertThat(projection().path("generations").get(1).path("state").asString())
                .isEqualTo("aborted");
        assertThat(api.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\"}")
                        .json()
                        .path("generation")
                        .intValue())
                .isEqualTo(3);
        assertThat(api.post("/api/admin/projections/rebuild", "{\"activate\": \"x\", \"model\": \"y\", \"z\": 1}")
                        .json()
                        .path("errors"))
                .hasSize(3);
    }

    @Test
    void oneReadModelIsRebuiltAndActivatedWhileAnotherIsStillBeingBuilt() throws Exception {
        createTopics();
        try (ReadModelFixture subjects = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 1);
                ReadModelFixture next = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 2)) {
            subjects.activate();
            // The rebuild of study never catches up: it has no journals, and the topics hold a record.
            publish(newDeadLetter(0, "unreadable"));
            assertThat(api.post("/api/admin/projections/rebuild", "{\"model\": \"study\"}")
                            .status())
                    .isEqualTo(202);
            var started = api.post("/api/admin/projections/rebuild", "{\"model\": \"subjects\"}");
            assertThat(started.status()).as("%s", started.json()).isEqualTo(202);
            assertThat(started.json().path("generation").intValue()).isEqualTo(2);
            next.journals();
            next.journal(AggregateType.TODO, 3, 1);
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> projection("subjects").path("active").intValue() == 2);

            assertThat(projection("study").path("active").intValue()).isEqualTo(1);
            assertThat(projection("study").path("building").intValue()).isEqualTo(2);
            subjects.journal(AggregateType.TODO, 3, 1);
            assertThat(api.post("/api/admin/projections/rebuild/1/activate?model=subjects", "")
                            .status())
                    .isEqualTo(200);
            assertThat(projection("subjects").path("active").intValue()).isEqualTo(1);
            assertThat(api.send("DELETE", "/api/admin/projections/rebuild/2", null)
                            .status())
                    .isEqualTo(204);
            assertThat(projection("study").path("building").isNull()).isTrue();
            assertThat(projection("subjects").path("active").intValue()).isEqualTo(1);
        }
        assertThat(api.get("/api/admin/audit").json().path("items"))
                .extracting(entry -> String.join(
                        " ",
                        entry.path("action").asString(),
                        entry.path("target").asString(),
                        entry.path("detail").path("outcome").asString(),
                        entry.path("detail").path("generation").asString("-")))
                .contains(
                        "projection.rebuild subjects done 2",
                        "projection.activate subjects/1 done -",
                        "projection.abort study/2 done -");
    }

    @Test
    void anOperatorMarksADocumentOfAListedGenerationAsBroken() {
        String path = "/api/admin/projections/broken";
        ReceivedAnswer marked = api.post(
                path,
                "{\"collection\": \"study_totals_g1\", \"documentId\": \"all:*\", \"reason\": \"shard is down\"}");

        assertThat(marked.status()).as("%s", marked.json()).isEqualTo(200);
        Document mark = model.database()
                .getCollection(Names.BROKEN)
                .find(new Document("_id", "study_totals_g1/all:*"))
                .first();
        assertThat(mark)
                .containsEntry("model", "study")
                .containsEntry("generation", 1)
                .containsEntry("message", "shard is down");
        assertThat(api.get("/api/admin/audit").json().path("items"))
                .extracting(entry -> entry.path("action").asString()
                        + ' '
                        + entry.path("target").asString())
                .contains("projection.mark-broken study_totals_g1/all:*");
        assertThat(api.post(path, "{\"collection\": \"todos_g9\", \"documentId\": \"x\", \"reason\": \"y\"}")
                        .json()
                        .path("errors")
                        .get(0)
                        .path("field")
                        .asString())
                .isEqualTo("collection");
        assertThat(api.post(path, "{}").json().path("errors")).hasSize(3);
    }

    private long count(String from) {
        return api.sql().sql("SELECT count(*) FROM " + from).query(Long.class).single();
    }

    private JsonNode projection() {
        return projection("study");
    }

    private JsonNode projection(String model) {
        return api.get("/api/admin/projections")
                .json()
                .valueStream()
                .filter(item -> item.path("model").asString().equals(model))
                .findFirst()
                .orElseThrow();
    }
}
