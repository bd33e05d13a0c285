package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests verifies that no request limits to one read model. The fixture's todo is missing in {@code subjects}. */
class VerifyAllModelsIT extends VerifyFixture {

    private ReadModelFixture subjects;

    @Override
    protected Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(super.settings());
        // A slow machine applies a change or answers a query of Kafka within this time.
        settings.put("studybuddy.verify.settle-timeout", "30s");
        return settings;
    }

    @BeforeEach
    void activateSubjects() {
        subjects = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 4);
        subjects.activate();
    }

    @AfterEach
    void closeSubjects() {
        subjects.close();
    }

    @Test
    void aVerifyWithoutAModelComparesAllReadModels() {
        SessionState lost = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        databases.insert(lost);

        JsonNode verify = runVerify("{}");

        assertThat(verify.path("subject").asString("")).isEqualTo("*");
        assertThat(verify.path("consistent").booleanValue(true))
                .as("%s", verify)
                .isFalse();
        assertThat(verify.path("compared").intValue()).isEqualTo(7);
        assertThat(verify.path("total").intValue()).isEqualTo(7);
        assertThat(verify.path("counts").path("missing").intValue()).isEqualTo(2);
        assertThat(texts(verify.path("missing"), "model")).containsExactly("study", "subjects");
        assertThat(verify.path("scopes").path("mirrors").path("outstanding").intValue())
                .isEqualTo(2);
        assertThat(verify.path("scopes").path("users").path("outstanding").intValue(-1))
                .isZero();
        assertThat(ids(verify, "missing")).first().isEqualTo(lost.id());
        assertThat(verify.path("notVerified")).isEmpty();
        assertThat(texts(verify.path("models"), "model")).containsExactly("study", "subjects");
        assertThat(ids(verify.path("models").get(0), "missing")).containsExactly(lost.id());
        assertThat(verify.path("models").get(1).path("generation").intValue()).isEqualTo(4);
        assertThat(drift("study")).isOne();
        assertThat(drift("subjects")).isOne();

        // A later verify of one read model replaces only the result of this read model.
        model.apply(AggregateType.SESSION, lost);
        assertThat(verify("study").has("models")).isFalse();
        assertThat(drift("study")).isZero();
        assertThat(drift("subjects")).isOne();
    }

    @Test
    void aReadModelWithoutAnUnbrokenActiveGenerationIsNotVerified() {
        subjects.markBroken();
        GenerationStore store = new GenerationStore(model.database());
        GenerationRecord building = GenerationRecord.empty("weekdays")
                .begin(new Generation(1, 1, Map.of(), false, Instant.now(), null, null, null));
        assertThat(store.compareAndSet(building)).isTrue();

        JsonNode verify = runVerify("{}");

        assertThat(texts(verify.path("models"), "model")).containsExactly("study");
        assertThat(verify.path("models").get(0).path("consistent").booleanValue(false))
                .as("%s", verify)
                .isTrue();
        assertThat(texts(verify.path("notVerified"), "model")).containsExactly("subjects", "weekdays");
        assertThat(texts(verify.path("notVerified"), "reason"))
                .containsExactly(
                        "Its active generation 4 is broken and needs a rebuild.", "It has no active generation.");
        assertThat(verify.path("consistent").isNull()).isTrue();

        model.markBroken();
        JsonNode failed = awaitFinished(api.post("/api/admin/verify", "{}").header("Location"));
        assertThat(failed.path("state").asString("")).isEqualTo("failed");
        assertThat(failed.path("error").asString(""))
                .isEqualTo("No read model has an active generation that is not broken.");
        assertThat(jobFailures()).isZero();
    }

    @Test
    void aVerifyOfAReadModelWithoutAnActiveGenerationIsNoError() {
        GenerationRecord building = GenerationRecord.empty("weekdays")
                .begin(new Generation(1, 1, Map.of(), false, Instant.now(), null, null, null));
        assertThat(new GenerationStore(model.database()).compareAndSet(building))
                .isTrue();

        JsonNode verify = awaitFinished(
                api.post("/api/admin/verify", "{\"model\": \"weekdays\"}").header("Location"));

        assertThat(verify.path("state").asString("")).as("%s", verify).isEqualTo("failed");
        assertThat(verify.path("error").asString(""))
                .isEqualTo("Read model weekdays has no active generation to verify.");
        assertThat(jobFailures()).isZero();
    }

    /** No publisher runs, so the verify waits for the event until the test deletes it. */
    @Test
    void anActivationEndsTheVerifyOfItsReadModelWithoutAnError() {
        SessionState lost = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        databases.insert(lost);
        insertPendingEvent(lost);
        try (ReadModelFixture next = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            String location =
                    api.post("/api/admin/verify", "{\"model\": \"study\"}").header("Location");
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> api.get(location).text("/model").equals("study"));
            next.activate();
            databases.jdbc().sql("DELETE FROM outbox").update();

            JsonNode verify = awaitFinished(location);

            assertThat(verify.path("state").asString("")).as("%s", verify).isEqualTo("failed");
            assertThat(verify.path("error").asString(""))
                    .isEqualTo("Generation 1 of read model study was replaced during the verify."
                            + " Start another verify.");
            assertThat(jobFailures()).isZero();
        }
    }

    @Test
    void aReadModelThatTheNewestVerifySkippedHasItsEarlierResult() {
        SessionState lost = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        databases.insert(lost);
        verify("study");
        assertThat(drift("study")).isOne();
        model.apply(AggregateType.SESSION, lost);
        runVerify("{}");
        assertThat(drift("study")).isZero();
        assertThat(drift("subjects")).isOne();

        subjects.markBroken();
        assertThat(texts(runVerify("{}").path("notVerified"), "model")).containsExactly("subjects");
        assertThat(drift("subjects")).isOne();

        try (ReadModelFixture next = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 5)) {
            next.activate();
            model.markBroken();
            assertThat(texts(runVerify("{}").path("notVerified"), "model")).containsExactly("study");
            assertThat(drift("study")).isZero();
        }
    }

    /** No publisher runs, so the verify of the first read model waits for the event until the test deletes it. */
    @Test
    void anActivationDoesNotEndTheVerifyOfOtherReadModels() {
        SessionState lost = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        databases.insert(lost);
        insertPendingEvent(lost);
        try (ReadModelFixture next = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            String location = api.post("/api/admin/verify", "{}").header("Location");
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> api.get(location).text("/models/0/model").equals("study"));
            next.activate();
            databases.jdbc().sql("DELETE FROM outbox").update();

            JsonNode verify = awaitFinished(location);

            assertThat(verify.path("state").asString("")).as("%s", verify).isEqualTo("done");
            assertThat(texts(verify.path("models"), "model")).containsExactly("subjects");
            assertThat(texts(verify.path("notVerified"), "model")).containsExactly("study");
            assertThat(texts(verify.path("notVerified"), "reason"))
                    .singleElement()
                    .asString()
                    .contains("generation 1 was replaced during the verify");
        }
    }

    /**
     * The instance that ran the verify of the first read model, and half of the verify of the second one, has crashed.
     */
    @Test
    void aTakenOverVerifyKeepsTheFindingsOfEachReadModel() {
        databases.jdbc().sql("DELETE FROM todos").update();
        List<TodoState> todos = Stream.generate(() -> ReadModelFixture.completedTodo(ANNA, "Math", 1, DAY))
                .limit(4)
                .sorted(Comparator.comparing(TodoState::id))
                .toList();
        todos.forEach(databases::todo);

        JsonNode verify = awaitFinished(insertCrashed(
                "*",
                "{\"repair\": false}",
                "subjects/4/mirrors/todo/" + todos.get(1).id(),
                "{\"models\": [" + result("study", 1, 10, "first", false) + ", "
                        + result("subjects", 4, 2, "second", null) + "], \"notVerified\": [], \"consistent\": null}"));

        assertThat(verify.path("state").asString("")).as("%s", verify).isEqualTo("done");
        assertThat(ids(verify.path("models").get(0), "missing")).containsExactly("first");
        assertThat(ids(verify.path("models").get(1), "missing"))
                .containsExactly("second", todos.get(2).id(), todos.get(3).id());
        assertThat(ids(verify, "missing"))
                .containsExactly(
                        "first", "second", todos.get(2).id(), todos.get(3).id());
        assertThat(verify.path("counts").path("missing").intValue()).isEqualTo(4);
        assertThat(verify.path("compared").intValue()).isEqualTo(14);
        assertThat(verify.path("consistent").booleanValue(true)).isFalse();
    }

    /**
     * An instance of an earlier version of the program began the verify and recorded a position without a read model.
     */
    @Test
    void aVerifyWithAPositionOfAnEarlierVersionStartsAtTheBeginning() {
        JsonNode verify = awaitFinished(insertCrashed(
                "*",
                "{\"repair\": false}",
                "1/mirrors/session/00000000-0000-4000-8000-000000000000",
                result("study", 1, 10, "first", null)));

        assertThat(verify.path("state").asString("")).as("%s", verify).isEqualTo("done");
        assertThat(texts(verify.path("models"), "model")).containsExactly("study", "subjects");
        assertThat(verify.path("compared").intValue()).isEqualTo(6);
        assertThat(ids(verify, "missing")).hasSize(1).doesNotContain("first");
    }

    private static String result(
            String model, int generation, int compared, String missing, @Nullable Boolean consistent) {
        return """
                {"model": "%s", "generation": %s, "notCompared": [], "compared": %s, "unsettled": 0,
                 "missing": [{"type": "todo", "id": "%s", "userId": "x", "version": 1, "mirrorVersion": 0}],
                 "stale": [], "extra": [], "different": [], "wrongTotals": [], "broken": [],
                 "counts": {"missing": 1, "stale": 0, "extra": 0, "different": 0, "wrongTotals": 0, "broken": 0},
                 "scopes": {"mirrors": {"differences": 1, "unsettled": 0},
                            "users": {"differences": 0, "unsettled": 0},
                            "everyone": {"differences": 0, "unsettled": 0}},
                 "repaired": 0, "repairsPending": 0, "notRepaired": 0, "consistent": %s}""".formatted(model, generation, compared, missing, consistent);
    }

    private static List<String> texts(JsonNode entries, String field) {
        return entries.valueStream()
                .map(entry -> entry.path(field).asString(""))
                .toList();
    }

    private double jobFailures() {
        return api.bean(MeterRegistry.class)
                .get("job_failures")
                .tag("kind", VerifyJob.KIND)
                .counter()
                .count();
    }

    private double drift(String model) {
        api.bean(DriftGauge.class).runRound();
        return api.bean(MeterRegistry.class)
                .get("sync_drift_documents")
                .tag("model", model)
                .gauge()
                .value();
    }
}
