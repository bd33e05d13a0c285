package dev.studybuddy.api.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReports;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** This test checks the rules that hold for every read of MongoDB: parameters, consistency, fallback. */
class ReadModelQueriesIT extends ApiWithReports {

    /** One of several answers from CockroachDB takes less than this. */
    private static final Duration FALLBACK_LIMIT = Duration.ofSeconds(3);

    /** A stall of the machine delays the answer, but each call ends. */
    private static final Duration LONGEST_FALLBACK = Duration.ofSeconds(8);

    @Test
    void aReadDoesNotWaitForATypeThatItsModelDoesNotRead() {
        String token = api.post("/api/sessions", "{\"minutes\": 5}").header("X-Consistency-Token");

        var subjectsRead = api.get("/api/reports/subjects", "X-Consistency-Token", token);
        var boardRead = api.get("/api/users/leaderboard", "X-Consistency-Token", token, "X-Consistency-Wait-Ms", "100");

        assertThat(subjectsRead.header("X-Read-Consistent")).isEqualTo("true");
        assertThat(boardRead.header("X-Read-Consistent")).isEqualTo("false");
    }

    @Test
    void manyReadsOfTheDemoUserWaitAtTheSameTime() throws Exception {
        Duration wait = Duration.ofSeconds(2);
        String token = api.post("/api/sessions", "{\"minutes\": 5}").header("X-Consistency-Token");
        // A read that is rejected because others wait must fail here, and not be repeated.
        Client person = api.demo().withoutRetries();
        List<Callable<ReceivedAnswer>> reads = Collections.nCopies(
                20,
                () -> person.get(
                        "/api/users/leaderboard",
                        "X-Consistency-Token",
                        token,
                        "X-Consistency-Wait-Ms",
                        String.valueOf(wait.toMillis())));

        try (ExecutorService people = Executors.newFixedThreadPool(reads.size())) {
            List<Future<ReceivedAnswer>> answers = RepeatedRounds.firstThatPasses(() -> {
                List<Future<ReceivedAnswer>> round = people.invokeAll(reads);
                for (Future<ReceivedAnswer> read : round) {
                    assertThat(read.get().status()).isEqualTo(200);
                }
                return round;
            });
            for (Future<ReceivedAnswer> read : answers) {
                assertThat(read.get().duration()).isGreaterThanOrEqualTo(wait);
            }
        }
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
        "/api/reports/analytics?days=7&from=2026-11-02&to=2026-11-08, days",
        "/api/reports/analytics?from=2026-11-02, to",
        "/api/reports/analytics?to=2026-11-08, from",
        "/api/reports/analytics?from=2026-11-09&to=2026-11-08, from",
        "/api/reports/analytics?from=2025-11-07&to=2026-11-08, from",
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
        JsonNode allUsers = api.get("/api/reports/analytics?days=30&scope=all").json();
        String twoDays = "/api/reports/analytics?from=" + today.minusDays(2) + "&to=" + today.minusDays(1);
        JsonNode annaBefore = api.get(twoDays + "&userId=" + ANNA).json();
        JsonNode allUsersBefore = api.get(twoDays + "&scope=all").json();
        JsonNode hardest = api.get("/api/reports/subjects?userId=" + ANNA).json();
        JsonNode hardestOfAllUsers = api.get("/api/reports/subjects?scope=all").json();
        mongo.kill();
        try {
            // For a moment, callers still share the page that was read before.
            Awaitility.await().atMost(RECOVERY_LIMIT).until(() -> {
                ReceivedAnswer answer = readMonth();
                assertThat(answer.json().path("entries")).isEqualTo(board.path("entries"));
                return "cockroachdb".equals(answer.header("X-Read-Source"));
            });
            List<Duration> durations = new ArrayList<>();
            for (int n = 0; n < 5; n++) {
                ReceivedAnswer answer = readMonth();
                assertThat(answer.header("X-Read-Source")).isEqualTo("cockroachdb");
                assertThat(answer.json().path("entries")).isEqualTo(board.path("entries"));
                durations.add(answer.duration());
            }
            assertThat(durations).anySatisfy(took -> assertThat(took).isLessThan(FALLBACK_LIMIT));
            assertThat(api.get("/api/users/leaderboard?limit=3&around=" + DORA)
                            .json()
                            .path("entries"))
                    .isEqualTo(middle.path("entries"));
            assertThat(api.get("/api/reports/analytics?days=30&userId=" + ANNA).json())
                    .isEqualTo(anna);
            assertThat(api.get("/api/reports/analytics?days=30&scope=all").json())
                    .isEqualTo(allUsers);
            assertThat(api.get(twoDays + "&userId=" + ANNA).json()).isEqualTo(annaBefore);
            assertThat(api.get(twoDays + "&scope=all").json()).isEqualTo(allUsersBefore);
            var subjectsRead = api.get("/api/reports/subjects?userId=" + ANNA);
            assertThat(subjectsRead.header("X-Read-Source")).isEqualTo("cockroachdb");
            assertThat(subjectsRead.json()).isEqualTo(hardest);
            assertThat(api.get("/api/reports/subjects?scope=all").json()).isEqualTo(hardestOfAllUsers);
            Awaitility.await().atMost(RECOVERY_LIMIT).untilAsserted(() -> {
                JsonNode sync = api.get("/api/health/sync").json();
                assertThat(sync.path("databases").path("mongodb").asString()).isEqualTo("disconnected");
                assertThat(sync.path("sync").path("deadLetters").isNull()).isTrue();
            });
        } finally {
            mongo.start();
        }
        Awaitility.await().atMost(RECOVERY_LIMIT).until(ApiWithReports::answersFromMongo);
    }

    /** Reads the leaderboard of the month. A stall of the machine can cause one 503, which this method repeats. */
    private static ReceivedAnswer readMonth() {
        Client once = api.demo().withoutRetries();
        String path = "/api/users/leaderboard?period=month&on=" + today;
        ReceivedAnswer answer = once.get(path);
        if (answer.status() == 503) {
            answer = once.get(path);
        }
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.duration()).isLessThan(LONGEST_FALLBACK);
        return answer;
    }
}
