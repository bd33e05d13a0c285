package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.readmodel.GenerationStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** This test lets the schedule start verifies. */
class VerifyScheduleIT extends VerifyFixture {

    @Override
    protected Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(super.settings());
        settings.put("studybuddy.verify.after-changes", "true");
        // A slow machine applies a change or answers a query of Kafka within this time.
        settings.put("studybuddy.verify.settle-timeout", "10s");
        return settings;
    }

    @Test
    void driftRisesAndFallsAsVerifiesFollowActivationsAndRepairs() throws Exception {
        // This verify proves that the instance of the API runs rounds by itself.
        Awaitility.await().atMost(TIMEOUT).until(() -> causes().contains("activation"));
        SessionState lost = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        databases.insert(lost);
        awaitFinished(api.post("/api/admin/verify", "{}").header("Location"));
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(drift()).isOne());

        try (RepeatedWrites projector = new RepeatedWrites(() -> applyRepair(lost))) {
            JsonNode repair = awaitFinished(
                    api.post("/api/admin/verify", "{\"repair\": true}").header("Location"));
            assertThat(repair.path("repaired").intValue()).as("%s", repair).isOne();
            awaitQueuedVerify("repair");
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(drift()).isZero());
            assertThat(projector.rounds()).isPositive();
        }
    }

    @Test
    void aRepairOfAllReadModelsIsFollowedByAVerifyOfEachRepairedOne() {
        try (ReadModelFixture subjects = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 4)) {
            subjects.activate();
            // A verify that follows the repair would replace its result.
            Awaitility.await().atMost(TIMEOUT).until(() -> {
                runRoundAfterChanges();
                return modelsVerifiedAfter("activation").equals(List.of("study", "subjects"));
            });
            databases.insert(ReadModelFixture.session(ANNA, "Math", 7, DAY));

            JsonNode repair = awaitFinished(
                    api.post("/api/admin/verify", "{\"repair\": true}").header("Location"));

            // No publisher runs, so the events are written but not applied.
            assertThat(repair.path("repairsPending").intValue())
                    .as("%s", repair)
                    .isEqualTo(2);
            Awaitility.await().atMost(TIMEOUT).untilAsserted(() -> {
                runRoundAfterChanges();
                assertThat(modelsVerifiedAfter("repair")).containsExactly("study", "subjects");
            });
        }
    }

    /** Returns the read models of which a verify was queued for this cause. */
    private List<String> modelsVerifiedAfter(String cause) {
        return databases
                .jdbc()
                .sql("SELECT subject FROM jobs WHERE kind = 'verify' AND settings ->> 'cause' = ? ORDER BY subject")
                .param(cause)
                .query(String.class)
                .list();
    }

    @Test
    void allInstancesQueueOneVerifyInTheConfiguredHour() {
        assertThat(queueAt("2026-11-28T02:59:59Z")).isZero();
        assertThat(queueAt("2026-11-28T03:00:00Z")).isOne();
        assertThat(queueAt("2026-11-28T03:59:59Z")).isOne();
        assertThat(queueAt("2026-11-28T04:00:00Z")).isOne();
        assertThat(queueAt("2026-11-29T03:10:00Z")).isEqualTo(2);
    }

    @Test
    void aVerifyIsQueuedLaterOnTheDayIfNoInstanceRanInTheConfiguredHour() {
        assertThat(queueAt("2026-11-30T17:20:00Z")).isOne();
        assertThat(queueAt("2026-11-30T23:59:59Z")).isOne();
        assertThat(queueAt("2026-12-01T02:59:59Z")).isOne();
    }

    @Test
    void theVerifyAfterAnActivationReplacesTheOneThatIsDueOnTheSameDay() {
        Instant switchedAt = switchedAt();

        runRound(switchedAt, true);
        assertThat(causes()).doesNotContain("nightly");
        runRound(switchedAt, false);
        assertThat(causes()).containsOnlyOnce("nightly");
        runRound(switchedAt.plus(Duration.ofDays(1)), true);
        assertThat(causes().stream().filter("nightly"::equals)).hasSize(2);
    }

    @Test
    void theDailyVerifyFollowsOnceIfTheVerifyAfterAnActivationFails() {
        Instant switchedAt = switchedAt();
        failVerify("activation");

        runRound(switchedAt, true);
        assertThat(causes()).containsOnlyOnce("nightly");

        failVerify("nightly");
        runRound(switchedAt, true);
        assertThat(causes()).containsOnlyOnce("nightly");
    }

    @Test
    void aFailedVerifyAfterAnActivationIsRepeatedAfterTheDailyVerify() {
        Instant switchedAt = switchedAt();
        // The daily verify ran before the activation.
        runRound(switchedAt, false);
        failVerify("nightly");
        failVerify("activation");

        runRound(switchedAt, true);
        runRound(switchedAt, true);
        assertThat(causes().stream().filter("nightly"::equals)).hasSize(2);
    }

    private Instant switchedAt() {
        return new GenerationStore(model.database())
                .read("study")
                .orElseThrow()
                .generations()
                .get(1)
                .switchedAt();
    }

    /** Waits until the verify of this cause is done, and changes its state to failed. */
    private void failVerify(String cause) {
        String done = "kind = 'verify' AND state = 'done' AND settings ->> 'cause' = '" + cause + "'";
        Awaitility.await().atMost(TIMEOUT).until(() -> {
            runRoundAfterChanges();
            return count("jobs WHERE " + done) == 1;
        });
        databases.jdbc().sql("UPDATE jobs SET state = 'failed' WHERE " + done).update();
    }

    /** Runs a round of a new instance at this time, in which the daily verify is due from the beginning of the day. */
    private void runRound(Instant now, boolean afterChanges) {
        new VerifySchedule(
                        api.bean(MongoDatabases.class),
                        api.bean(Jobs.class),
                        api.bean(VerifyHistory.class),
                        new VerifyProperties(Duration.ofSeconds(1), true, 0, afterChanges),
                        Clock.fixed(now, ZoneOffset.UTC))
                .runRound();
    }

    /** A repair records its position in the last phase before it writes the first event. */
    @ParameterizedTest
    @CsvSource({"failed, study/1/repair//, 1", "cancelled, study/1/repair//, 1", "failed, study/1/users//, 0"})
    void aRepairThatStoppedAfterItsFirstEventIsFollowedByAVerify(String state, String cursor, int verifies) {
        awaitVerifyAfterActivation();
        databases.jdbc().sql("""
                        INSERT INTO jobs (id, kind, state, subject, settings, cursor_position, finished_at)
                        VALUES (gen_random_uuid(), 'verify', ?, 'study', '{"repair": true, "model": "study"}', ?, now())""").params(state, cursor).update();

        runRoundAfterChanges();

        assertThat(causes().stream().filter("repair"::equals)).hasSize(verifies);
    }

    @Test
    void otherStoppedVerifiesDoNotHideAStoppedRepair() {
        awaitVerifyAfterActivation();
        databases.jdbc().sql("""
                        INSERT INTO jobs (id, kind, state, subject, settings, finished_at)
                        SELECT gen_random_uuid(), 'verify', 'failed', 'study',
                          CAST('{"repair": false, "model": "study"}' AS jsonb), now()
                        FROM generate_series(1, 20)""").update();
        databases.jdbc().sql("""
                        INSERT INTO jobs (id, kind, state, subject, settings, cursor_position, created_at, finished_at)
                        VALUES (gen_random_uuid(), 'verify', 'failed', 'study', '{"repair": true, "model": "study"}',
                          'study/1/repair//', now() - INTERVAL '1 minute', now())""").update();

        runRoundAfterChanges();

        assertThat(causes()).containsOnlyOnce("repair");
    }

    /** Waits for the verify that follows the activation, because a verify that ends after a repair replaces it. */
    private void awaitVerifyAfterActivation() {
        Awaitility.await().atMost(TIMEOUT).until(() -> {
            runRoundAfterChanges();
            return count("jobs WHERE kind = 'verify' AND state = 'done' AND settings ->> 'cause' = 'activation'") == 1;
        });
    }

    /** The retention of jobs deleted the verify that followed the activation, and a deploy restarts the service. */
    @Test
    void aGenerationThatWasVerifiedSinceItsActivationIsNotVerifiedAgain() {
        awaitQueuedVerify("activation");
        verify("study");
        databases
                .jdbc()
                .sql("DELETE FROM jobs WHERE kind = 'verify' AND settings ->> 'cause' = 'activation'")
                .update();

        runRoundAfterChanges();

        assertThat(causes()).doesNotContain("activation");
    }

    /** Waits until an instance has queued the verify of this cause. */
    private void awaitQueuedVerify(String cause) {
        Awaitility.await().atMost(TIMEOUT).until(() -> {
            runRoundAfterChanges();
            return causes().contains(cause);
        });
    }

    /**
     * Runs a round of a new instance that queues verifies after changes. The instance of the API runs such a round only
     * each five seconds, and both derive the same job from the same change.
     */
    private void runRoundAfterChanges() {
        new VerifySchedule(
                        api.bean(MongoDatabases.class),
                        api.bean(Jobs.class),
                        api.bean(VerifyHistory.class),
                        new VerifyProperties(Duration.ofSeconds(1), false, 3, true),
                        Clock.systemUTC())
                .runRound();
    }

    /**
     * Runs two rounds of a new instance at this time, and returns the number of daily verifies that all rounds have
     * queued.
     */
    private long queueAt(String time) {
        VerifySchedule instance = new VerifySchedule(
                api.bean(MongoDatabases.class),
                api.bean(Jobs.class),
                api.bean(VerifyHistory.class),
                new VerifyProperties(Duration.ofSeconds(1), true, 3, false),
                Clock.fixed(Instant.parse(time), ZoneOffset.UTC));
        instance.runRound();
        instance.runRound();
        return causes().stream().filter("nightly"::equals).count();
    }

    private void applyRepair(SessionState lost) {
        if (databases
                        .jdbc()
                        .sql("UPDATE outbox SET processed = true, sent_partition = 3, sent_offset = 0")
                        .update()
                > 0) {
            model.apply(AggregateType.SESSION, lost);
            model.journal(AggregateType.SESSION, 3, 1);
        }
    }

    private List<String> causes() {
        return databases
                .jdbc()
                .sql("SELECT settings ->> 'cause' FROM jobs WHERE kind = 'verify' AND settings ->> 'cause' IS NOT NULL")
                .query(String.class)
                .list();
    }

    private @Nullable Double drift() {
        api.bean(DriftGauge.class).runRound();
        Gauge gauge = api.bean(MeterRegistry.class)
                .find("sync_drift_documents")
                .tag("model", "study")
                .gauge();
        return gauge == null ? null : Double.valueOf(gauge.value());
    }
}
