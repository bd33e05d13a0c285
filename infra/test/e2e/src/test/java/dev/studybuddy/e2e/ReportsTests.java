package dev.studybuddy.e2e;

import static dev.studybuddy.e2e.WalkthroughIT.stack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.load.http.Answer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests that the reports of a user show exactly its work. */
abstract class ReportsTests extends WalkthroughFixture {

    /** The days include every session of the stack, so that no day leaves the report at midnight. */
    private static final String ANALYTICS = "/api/reports/analytics?days=366";

    @Test
    void analyticsGrowByExactlyTheWorkDoneAndTheLeaderboardAnswers() throws Exception {
        JsonNode before = analytics().body().path("totals");
        String todo = newTodo("to be done").text("id");
        Answer done = call("PATCH", "/api/todos/" + todo, Map.of("completed", true, "questionsCompleted", 10));
        assertThat(done.status()).as(done.toString()).isEqualTo(200);
        assertThat(done.text("completedOn")).isNotBlank();
        Answer session =
                call("POST", "/api/sessions", Map.of("minutes", 25, "sessionType", "pomodoro", "subject", "Math"));
        assertThat(session.status()).as(session.toString()).isEqualTo(201);

        String tokens = done.header("X-Consistency-Token").orElseThrow() + ","
                + session.header("X-Consistency-Token").orElseThrow();
        Answer after = analyticsWith(tokens);
        JsonNode totals = after.body().path("totals");

        assertThat(difference(before, totals, "studyMinutes")).isEqualTo(25);
        assertThat(difference(before, totals, "sessions")).isEqualTo(1);
        assertThat(difference(before, totals, "todosCompleted")).isEqualTo(1);
        assertThat(difference(before, totals, "questionsCompleted")).isEqualTo(10);
        assertThat(difference(before, totals, "points")).isEqualTo(26);
        Answer board = await().atMost(VISIBLE_LIMIT)
                .until(
                        () -> call("GET", "/api/users/leaderboard", null),
                        answer ->
                                "mongodb".equals(answer.header("X-Read-Source").orElse("")));
        assertThat(board.body().path("entries")).isNotEmpty();
    }

    @Test
    void anUndoneTodoLosesItsPoints() throws Exception {
        JsonNode before = analytics().body().path("totals");
        String todo = newTodo("done and undone").text("id");
        call("PATCH", "/api/todos/" + todo, Map.of("completed", true, "questionsCompleted", 3));
        Answer undone = call("PATCH", "/api/todos/" + todo, Map.of("completed", false));

        Answer after = analyticsWith(undone.header("X-Consistency-Token").orElseThrow());

        assertThat(after.body().path("totals").path("points")).isEqualTo(before.path("points"));
        assertThat(after.body().path("totals").path("questionsCompleted")).isEqualTo(before.path("questionsCompleted"));
    }

    @Test
    void aPatchedSessionMovesItsMinutes() throws Exception {
        JsonNode before = analytics().body().path("totals");
        String session = call("POST", "/api/sessions", Map.of("minutes", 25, "subject", "Math"))
                .text("id");
        Answer patched = call(
                "PATCH",
                "/api/sessions/" + session,
                Map.of("minutes", 40, "subject", "Moved", "sessionType", "stopwatch"));
        assertThat(patched.status()).as(patched.toString()).isEqualTo(200);

        Answer after = analyticsWith(patched.header("X-Consistency-Token").orElseThrow());

        JsonNode totals = after.body().path("totals");
        assertThat(difference(before, totals, "studyMinutes")).isEqualTo(40);
        assertThat(difference(before, totals, "sessions")).isEqualTo(1);
        assertThat(totals.at("/bySubject/Moved/studyMinutes").asLong(0)).isEqualTo(40);
        assertThat(totals.at("/bySubject/Math")).isEqualTo(before.at("/bySubject/Math"));
        stack.assertExact(new AcknowledgedWrites());
    }

    private static Answer analytics() {
        return stack.callWithRetry("GET", ANALYTICS, null, Map.of());
    }

    private static Answer analyticsWith(String tokens) {
        return stack.readFromMongo(ANALYTICS, tokens, Map.of());
    }

    private static long difference(JsonNode before, JsonNode after, String field) {
        return after.path(field).asLong(0) - before.path(field).asLong(0);
    }
}
