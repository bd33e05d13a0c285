package dev.studybuddy.api.operations.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.AggregateWriter;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** This test activates rebuilds that are ready, behind, broken or without their snapshots. */
class GenerationActivationIT extends GenerationsFixture {

    /** One of several activations takes less than this. */
    private static final Duration ACTIVATION_LIMIT = Duration.ofSeconds(3);

    /** A stall of the machine delays the answer, but each call ends. */
    private static final Duration LONGEST_ACTIVATION = Duration.ofSeconds(15);

    /** Under this load, the generations are always several hundred records behind the topics. */
    @Test
    void twoGenerationsUnderSteadyLoadAreActivatedInTurn() throws Exception {
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
                Duration previous = timeActivation(1);
                Duration newest = timeActivation(2);
                return previous.compareTo(newest) > 0 ? previous : newest;
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
                                "jobs WHERE kind = 'activation' AND state = 'failed' AND error LIKE 'The generation is broken%'")
                        == 1);
    }

    private String sampleOfActivation() {
        return api.sql()
                .sql("SELECT COALESCE(result ->> 'sample', '') FROM jobs WHERE kind = 'activation'")
                .query(String.class)
                .single();
    }

    /**
     * The record is in the state in which an instance leaves it if it crashes between the start of a rebuild and its
     * jobs.
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
                    .as("the state if no time remains for the search")
                    .isEqualTo(RequiredSnapshots.State.UNKNOWN);

            writer.jdbc()
                    .sql("UPDATE outbox SET retry_count = 0, dead_lettered_at = NULL")
                    .update();

            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> projection().path("active").intValue() == 2);
        }
    }
}
