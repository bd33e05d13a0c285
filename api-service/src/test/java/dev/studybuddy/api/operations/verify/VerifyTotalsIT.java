package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests how a verify decides whether the totals of one user and of all users are wrong. */
class VerifyTotalsIT extends VerifyFixture {

    /** On a slow machine too, some samples of a verify fall between two writes at this interval. */
    private static final Duration LONG_INTERVAL = Duration.ofMillis(400);

    @Override
    protected Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(super.settings());
        // The timeout exceeds a stall of the machine, during which no batch is applied.
        settings.put("studybuddy.verify.settle-timeout", "10s");
        return settings;
    }

    @Test
    void aUsersTotalChangedByHandIsFoundButNotRepaired() {
        String id = RollupKey.ofUser(Periods.day(DAY), BEN).id();
        model.rollups().updateOne(new Document("_id", id), new Document("$inc", new Document("points", 5)));

        JsonNode verify = verify(true);

        assertThat(verify.path("consistent").booleanValue(true)).isFalse();
        assertThat(ids(verify, "wrongTotals")).contains(id);
        assertThat(verify.path("repaired").intValue()).isZero();
    }

    /**
     * A projector crashed between the sums and the mirrors of a batch, and no instance has taken over its partition
     * yet.
     */
    @Test
    void aHalfAppliedBatchIsUnsettledAndNotDrift() {
        model.add(RollupKey.ofUser(Periods.day(DAY), BEN), Map.of("points", 5L));
        model.add(RollupKey.ofAllUsers(Periods.day(DAY.plusDays(1))), Map.of("points", 5L));
        model.decided(AggregateType.SESSION, 3, 8, 7);

        JsonNode verify = verify(false);

        assertThat(verify.path("consistent").isNull()).as("%s", verify).isTrue();
        assertThat(verify.path("counts").path("wrongTotals").intValue()).isZero();
        assertThat(verify.path("unsettled").intValue()).isEqualTo(2);
        assertThat(verify.path("scopes")).isEqualTo(new JsonMapper().readTree("""
                {"mirrors": {"differences": 0, "unsettled": 0, "outstanding": 0},
                 "users": {"differences": 0, "unsettled": 1, "outstanding": null},
                 "everyone": {"differences": 0, "unsettled": 1, "outstanding": null}}"""));
    }

    /** An instance that takes the verify over continues after the unsettled period. */
    @Test
    void theRecordedPositionIncludesAnEarlierUnsettledGlobalTotal() {
        List<String> periods = IntStream.range(1, 9)
                .mapToObj(day -> Periods.day(DAY.plusDays(day)))
                .toList();
        periods.forEach(period -> model.add(RollupKey.ofAllUsers(period), Map.of("points", 5L)));
        model.decided(AggregateType.SESSION, 3, 8, 7);

        String verify = api.post("/api/admin/verify", "{\"model\": \"study\"}").header("Location");

        String recorded = Awaitility.await()
                .atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> databases
                                .jdbc()
                                .sql(
                                        "SELECT COALESCE(cursor_position, '') || ' unsettled ' || COALESCE(result ->> 'unsettled', '')"
                                                + " FROM jobs WHERE kind = 'verify'")
                                .query(String.class)
                                .single(),
                        position -> periods.stream().anyMatch(position::contains));
        assertThat(recorded).contains("/globals/").endsWith(" unsettled 1");
        assertThat(awaitFinished(verify).path("unsettled").intValue()).isEqualTo(1);
    }

    @Test
    void aGlobalTotalChangedByHandIsFound() {
        String id = RollupKey.ofAllUsers(Periods.day(DAY)).id();
        model.rollups().updateOne(new Document("_id", id), new Document("$inc", new Document("studyMinutes", -1)));

        assertThat(ids(verify(false), "wrongTotals")).containsExactly(id);
    }

    @Test
    void aNumberInPlaceOfTheAmountsOfASubjectIsFound() {
        String id = RollupKey.ofUser(Periods.day(DAY), ANNA).id();
        model.rollups().updateOne(new Document("_id", id), new Document("$set", new Document("bySubject.Math", 5)));

        assertThat(ids(verify(false), "wrongTotals")).contains(id);
    }

    @Test
    void pointsAddedToTheTotalOfAllUsersAreFoundWhileOthersWrite() throws Exception {
        String id = RollupKey.ofAllUsers(Periods.day(DAY)).id();
        model.rollups().updateOne(new Document("_id", id), new Document("$inc", new Document("points", 5)));
        AtomicLong offset = new AtomicLong();

        try (RepeatedWrites writes = new RepeatedWrites(LONG_INTERVAL, () -> {
            long next = offset.incrementAndGet();
            model.decided(AggregateType.SESSION, 3, next, next - 1);
            databases.session(BEN, "Physics", 5, DAY);
            model.decided(AggregateType.SESSION, 3, next, next);
        })) {
            JsonNode verify = verifyDuring(writes);

            assertThat(verify.path("consistent").booleanValue(true))
                    .as("%s", verify)
                    .isFalse();
            assertThat(verify.path("wrongTotals")
                            .get(0)
                            .path("tooMuch")
                            .path("points")
                            .intValue())
                    .as("%s", verify)
                    .isEqualTo(5);
            assertThat(ids(verify, "wrongTotals")).containsExactly(id);
        }
    }

    /** Returns a verify during which a write ended. A short verify can fall between two writes. */
    private JsonNode verifyDuring(RepeatedWrites writes) {
        return Awaitility.await()
                .atMost(TIMEOUT)
                .until(
                        () -> {
                            int before = writes.rounds();
                            JsonNode verify = verify(false);
                            return writes.rounds() > before ? Optional.of(verify) : Optional.<JsonNode>empty();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    /** In each sample, another number of changes has reached the total of all users and not yet the users' totals. */
    @Test
    void theTotalOfAllUsersThatDiffersInEachSampleIsUnsettled() throws Exception {
        String id = RollupKey.ofAllUsers(Periods.day(DAY)).id();
        AtomicLong offset = new AtomicLong();
        model.decided(AggregateType.SESSION, 3, 1, 0);

        try (RepeatedWrites writes = new RepeatedWrites(() -> {
            long next = offset.incrementAndGet();
            model.rollups().updateOne(new Document("_id", id), new Document("$inc", new Document("points", 1)));
            model.decided(AggregateType.SESSION, 3, next + 1, next);
        })) {
            int before = writes.rounds();
            JsonNode verify = verify(false);

            assertThat(verify.path("consistent").isNull()).as("%s", verify).isTrue();
            assertThat(verify.path("unsettled").intValue()).isEqualTo(1);
            assertThat(verify.path("counts").path("wrongTotals").intValue()).isZero();
            assertThat(writes.rounds()).as("writes during the verify").isGreaterThan(before);
        }
    }

    @Test
    void usersBeyondTheFirstRangeAreCompared() {
        List<Document> totals = new ArrayList<>();
        for (int user = 0; user < 2100; user++) {
            String id = String.format(Locale.ROOT, "cccccccc-0000-4000-8000-%012d", user);
            totals.add(new Document("_id", "all:" + id)
                    .append("kind", "user")
                    .append("period", "all")
                    .append("userId", id)
                    .append("points", user % 2000 == 0 ? 1L : 0L));
        }
        model.rollups().insertMany(totals);

        assertThat(ids(verify(false), "wrongTotals"))
                .containsExactlyInAnyOrder(
                        "all:cccccccc-0000-4000-8000-000000000000", "all:cccccccc-0000-4000-8000-000000002000");
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
}
