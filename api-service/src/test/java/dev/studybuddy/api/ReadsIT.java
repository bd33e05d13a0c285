package dev.studybuddy.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.testkit.FaultyServer;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** This test reads leaderboard, analytics, subjects and health over HTTP while MongoDB is available and unavailable. */
class ReadsIT {

    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);

    private static LocalDate today;
    private static final String ANNA = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String BEN = "bbbbbbbb-0000-4000-8000-000000000002";
    private static final String CLEO = "cccccccc-0000-4000-8000-000000000003";
    private static final String DORA = "dddddddd-0000-4000-8000-000000000004";
    private static final String ELIAS = "eeeeeeee-0000-4000-8000-000000000005";

    private static TestDatabase sql;
    private static FaultyServer mongo;
    private static ReadModelFixture model;
    private static ReadModelFixture subjects;
    private static RunningApi api;

    @BeforeAll
    static void start() {
        today = LocalDate.now(ZoneOffset.UTC);
        sql = TestServers.newDatabase();
        mongo = TestServers.ownMongo();
        RunningApi.migrateOutbox(sql.dataSource());
        api = RunningApi.start(properties());
        model = new ReadModelFixture(mongo.url(), "studybuddy", 1);
        model.activate();
        subjects = ReadModelFixture.subjects(mongo.url(), "studybuddy", 1);
        subjects.activate();
        fill(new AggregateWriter(sql.dataSource(), model, subjects));
        // The first reads open connections, so they may exceed their time limit and be answered from CockroachDB.
        Awaitility.await().atMost(RECOVERY_LIMIT).until(ReadsIT::answersFromMongo);
    }

    private static boolean answersFromMongo() {
        return Stream.of("/api/users/leaderboard", "/api/reports/analytics", "/api/reports/subjects")
                .allMatch(path -> "mongodb".equals(api.get(path).header("X-Read-Source")));
    }

    private static Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        properties.put("spring.datasource.url", sql.url());
        properties.put("spring.datasource.username", sql.username());
        properties.put("spring.datasource.password", sql.password());
        properties.put("spring.mongodb.uri", mongo.url());
        properties.put("spring.kafka.bootstrap-servers", "127.0.0.1:1");
        return properties;
    }

    /**
     * Gives Anna 50 points, Ben, Cleo (hidden) and Dora 30 points each, and Elias 1 point. Anna was active three days in a
     * row.
     */
    private static void fill(AggregateWriter both) {
        List.of(ANNA, BEN, DORA, ELIAS).forEach(id -> both.user(id, true));
        both.user(CLEO, false);
        both.session(ANNA, "Math", 20, today);
        both.session(ANNA, "Math", 20, today.minusDays(1));
        both.session(ANNA, "a.b$c%", 10, today.minusDays(2));
        both.session(BEN, "Math", 30, today);
        both.session(CLEO, "", 30, today);
        both.session(DORA, "Physics", 30, today);
        both.todo(ELIAS, "Math", 7, today);
        // Open todos count only in the report of the hardest subjects.
        both.todo(ReadModelFixture.openTodo(ANNA, "Physics", Difficulty.EASY, 10, 9));
        both.todo(ReadModelFixture.openTodo(ANNA, "Math", Difficulty.HARD, 10, 2));
        both.todo(ReadModelFixture.openTodo(ANNA, "Math", Difficulty.MEDIUM, 20, 4));
        both.todo(ReadModelFixture.openTodo(ANNA, "a.b$c%", Difficulty.MEDIUM, 0, 0));
    }

    @AfterAll
    static void stop() {
        api.close();
        subjects.close();
        model.close();
        mongo.close();
        sql.close();
    }

    @Test
    void equalUsersShareARankAndAHiddenUserKeepsTheirs() {
        var answer = api.get("/api/users/leaderboard");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Read-Source")).isEqualTo("mongodb");
        assertThat(answer.header("X-Read-Consistent")).isNull();
        assertThat(ranks(answer.json())).containsExactly("1 " + ANNA, "2 " + BEN, "2 " + DORA, "5 " + ELIAS);
        assertThat(answer.json().path("entries").get(0).path("streak").intValue())
                .isEqualTo(3);
    }

    @Test
    void aHiddenUserSeesThemselves() {
        var answer = api.get("/api/users/leaderboard?period=day&limit=3", api.as(CLEO));

        assertThat(answer.json().path("period").asString()).isEqualTo(today.toString());
        assertThat(ranks(answer.json())).containsExactly("1 " + BEN, "1 " + CLEO, "1 " + DORA);
    }

    @Test
    void aroundReturnsAUserBetweenTheirNeighbours() {
        assertThat(ranks(
                        api.get("/api/users/leaderboard?limit=3&around=" + DORA).json()))
                .containsExactly("2 " + BEN, "2 " + DORA, "5 " + ELIAS);
        assertThat(ranks(api.get("/api/users/leaderboard?around=" + CLEO).json()))
                .isEmpty();
        assertThat(ranks(api.get("/api/users/leaderboard?around=" + UUID.randomUUID())
                        .json()))
                .isEmpty();
    }

    @Test
    void analyticsSumTheDaysOfTheSpan() {
        var answer = api.get("/api/reports/analytics?days=2&userId=" + ANNA);

        assertThat(answer.status()).isEqualTo(200);
        JsonNode json = answer.json();
        assertThat(json.path("from").asString()).isEqualTo(today.minusDays(1).toString());
        assertThat(json.path("days")).hasSize(2);
        assertThat(json.path("totals").path("points").longValue()).isEqualTo(40);
        assertThat(json.path("totals").path("bySubject").propertyNames()).containsExactly("Math");
        assertThat(json.path("streak").intValue()).isEqualTo(3);
    }

    @Test
    void aDayWithoutActivityIsListedWithZeros() {
        JsonNode json = api.get("/api/reports/analytics?days=366", api.as(BEN)).json();

        assertThat(json.path("days")).hasSize(366);
        assertThat(json.path("days").get(0).path("studyMinutes").isIntegralNumber())
                .isTrue();
        assertThat(json.path("totals").path("studyMinutes").longValue()).isEqualTo(30);
    }

    @Test
    void onlyAdminsReadEveryonesAnalytics() {
        JsonNode json = api.get("/api/reports/analytics?scope=all&days=3").json();

        assertThat(json.path("totals").path("points").longValue()).isEqualTo(141);
        assertThat(json.path("totals")
                        .path("bySubject")
                        .path("a.b$c%")
                        .path("studyMinutes")
                        .longValue())
                .isEqualTo(10);
        assertThat(json.path("totals")
                        .path("byDifficulty")
                        .path("easy")
                        .path("questionsCompleted")
                        .longValue())
                .isEqualTo(7);
        assertThat(json.path("streak").intValue()).isEqualTo(3);
        assertThat(api.get("/api/reports/analytics?scope=all", api.as(BEN)).status())
                .isEqualTo(403);
        assertThat(api.get("/api/reports/analytics?userId=" + ANNA, api.as(BEN)).status())
                .isEqualTo(404);
    }

    @Test
    void theHardestSubjectsComeFirst() {
        var answer = api.get("/api/reports/subjects?userId=" + ANNA);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Read-Source")).isEqualTo("mongodb");
        JsonNode found = answer.json().path("subjects");
        assertThat(found)
                .extracting(entry -> entry.path("subject").asString())
                .containsExactly("Math", "Physics", "a.b$c%");
        JsonNode math = found.get(0);
        assertThat(math.path("todos").intValue()).isEqualTo(2);
        assertThat(math.path("todosCompleted").intValue()).isZero();
        assertThat(math.path("questionsTarget").intValue()).isEqualTo(30);
        assertThat(math.path("questionsCompleted").intValue()).isEqualTo(6);
        assertThat(math.path("questionsShare").doubleValue()).isEqualTo(0.2);
        assertThat(math.path("byDifficulty")
                        .path("hard")
                        .path("questionsCompleted")
                        .intValue())
                .isEqualTo(2);
        assertThat(found.get(2).path("questionsShare").isNull()).isTrue();
        assertThat(api.get("/api/reports/subjects?limit=1&userId=" + ANNA)
                        .json()
                        .path("subjects"))
                .hasSize(1);
        assertThat(api.get("/api/reports/subjects", api.as(BEN)).json().path("subjects"))
                .isEmpty();
    }

    @Test
    void onlyAdminsReadEveryonesHardestSubjects() {
        JsonNode math = api.get("/api/reports/subjects?scope=all")
                .json()
                .path("subjects")
                .get(0);

        assertThat(math.path("subject").asString()).isEqualTo("Math");
        assertThat(math.path("todos").intValue()).isEqualTo(3);
        assertThat(math.path("todosShare").doubleValue()).isEqualTo(0.3333);
        assertThat(math.path("questionsShare").doubleValue()).isEqualTo(0.325);
        assertThat(api.get("/api/reports/subjects?scope=all", api.as(BEN)).status())
                .isEqualTo(403);
        assertThat(api.get("/api/reports/subjects?userId=" + ANNA, api.as(BEN)).status())
                .isEqualTo(404);
    }

    @Test
    void aReadDoesNotWaitForATypeThatItsModelDoesNotRead() {
        String token = api.post("/api/sessions", "{\"minutes\": 5}").header("X-Consistency-Token");

        var subjectsRead = api.get("/api/reports/subjects", "X-Consistency-Token", token);
        var boardRead = api.get("/api/users/leaderboard", "X-Consistency-Token", token, "X-Consistency-Wait-Ms", "100");

        assertThat(subjectsRead.header("X-Read-Consistent")).isEqualTo("true");
        assertThat(boardRead.header("X-Read-Consistent")).isEqualTo("false");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/reports/subjects?limit=0, limit",
        "/api/reports/subjects?limit=501, limit",
        "/api/reports/subjects?userId=1, userId",
        "/api/reports/subjects?scope=some, scope",
        "/api/users/leaderboard?period=decade, period",
        "/api/users/leaderboard?on=2026-02-30, on",
        "/api/users/leaderboard?limit=101, limit",
        "/api/users/leaderboard?around=abc, around",
        "/api/reports/analytics?days=0, days",
        "/api/reports/analytics?days=367, days",
        "/api/reports/analytics?days=x, days",
        "/api/reports/analytics?userId=1, userId",
        "/api/reports/analytics?scope=some, scope",
    })
    void anInvalidParameterIsNamed(String path, String field) {
        var answer = api.get(path);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).contains("problem+json");
        assertThat(answer.json().path("errors").get(0).path("field").asString()).isEqualTo(field);
    }

    @Test
    void anInvalidTokenOrATooLongWaitIsRejected() {
        assertThat(api.get("/api/users/leaderboard", "X-Consistency-Token", "abc")
                        .status())
                .isEqualTo(400);
        assertThat(api.get("/api/users/leaderboard", "X-Consistency-Wait-Ms", "60000")
                        .status())
                .isEqualTo(400);
        assertThat(api.get("/api/users/leaderboard", "X-Consistency-Token", "").status())
                .isEqualTo(200);
    }

    @Test
    void withoutMongoDbCockroachDbGivesTheSameAnswers() {
        JsonNode board =
                api.get("/api/users/leaderboard?period=month&on=" + today).json();
        JsonNode middle =
                api.get("/api/users/leaderboard?limit=3&around=" + DORA).json();
        JsonNode anna = api.get("/api/reports/analytics?days=30&userId=" + ANNA).json();
        JsonNode everyone = api.get("/api/reports/analytics?days=30&scope=all").json();
        JsonNode hardest = api.get("/api/reports/subjects?userId=" + ANNA).json();
        JsonNode everyonesHardest = api.get("/api/reports/subjects?scope=all").json();
        mongo.kill();
        try {
            for (int n = 0; n < 5; n++) {
                var answer = api.get("/api/users/leaderboard?period=month&on=" + today);
                assertThat(answer.took()).isLessThan(Duration.ofSeconds(3));
                assertThat(answer.header("X-Read-Source")).isEqualTo("cockroachdb");
                assertThat(answer.json().path("entries")).isEqualTo(board.path("entries"));
            }
            assertThat(api.get("/api/users/leaderboard?limit=3&around=" + DORA)
                            .json()
                            .path("entries"))
                    .isEqualTo(middle.path("entries"));
            assertThat(api.get("/api/reports/analytics?days=30&userId=" + ANNA).json())
                    .isEqualTo(anna);
            assertThat(api.get("/api/reports/analytics?days=30&scope=all").json())
                    .isEqualTo(everyone);
            var subjectsRead = api.get("/api/reports/subjects?userId=" + ANNA);
            assertThat(subjectsRead.header("X-Read-Source")).isEqualTo("cockroachdb");
            assertThat(subjectsRead.json()).isEqualTo(hardest);
            assertThat(api.get("/api/reports/subjects?scope=all").json()).isEqualTo(everyonesHardest);
            JsonNode sync = api.get("/api/health/sync").json();
            assertThat(sync.path("databases").path("mongodb").asString()).isEqualTo("disconnected");
            assertThat(sync.path("sync").path("deadLetters").isNull()).isTrue();
        } finally {
            mongo.start();
        }
        Awaitility.await().atMost(RECOVERY_LIMIT).until(ReadsIT::answersFromMongo);
    }

    @Test
    void healthReportsUnavailableServersWithinThreeSeconds() {
        // The first request to an available server may take too long for one answer of the health page.
        Awaitility.await().atMost(RECOVERY_LIMIT).untilAsserted(() -> {
            var health = api.get("/health");
            var sync = api.get("/api/health/sync");

            assertThat(health.status()).isEqualTo(200);
            assertThat(health.json().path("status").asString()).isEqualTo("degraded");
            assertThat(sync.json().path("kafka").asString()).isEqualTo("disconnected");
            assertThat(sync.json().path("databases").path("cockroachdb").asString())
                    .isEqualTo("connected");
            assertThat(sync.json().path("sync").path("queueSizeExact").booleanValue())
                    .isTrue();
            assertThat(sync.json().path("sync").path("consumerLag").isNull()).isTrue();
            assertThat(health.took()).isLessThan(Duration.ofSeconds(3));
            assertThat(sync.took()).isLessThan(Duration.ofSeconds(3));
        });
    }

    private static List<String> ranks(JsonNode board) {
        return StreamSupport.stream(board.path("entries").spliterator(), false)
                .map(entry -> entry.path("rank").intValue() + " "
                        + entry.path("userId").asString())
                .toList();
    }
}
