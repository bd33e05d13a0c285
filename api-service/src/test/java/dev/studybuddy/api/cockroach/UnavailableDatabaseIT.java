package dev.studybuddy.api.cockroach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.api.testing.Answer;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.FaultyServer;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UnavailableDatabaseIT {

    /**
     * There are more callers than pool connections. The callers that wait for a connection must not exceed the deadline
     * either.
     */
    private static final int CALLERS = 24;

    private static FaultyServer database;
    private static RunningApi api;

    @BeforeAll
    static void start() {
        database = TestServers.ownPostgres();
        api = RunningApi.on(database.url(), Map.of());
    }

    @AfterAll
    static void stop() {
        api.close();
        database.close();
    }

    @Test
    void callsToAFrozenDatabaseFailWithinThreeSecondsAndRecover() throws Exception {
        awaitRecovery();
        database.pause();
        try {
            for (Answer answer : callConcurrently()) {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.problem()).isIn("database-unavailable", "outcome-unknown");
                assertThat(answer.header("Retry-After")).isEqualTo("1");
                assertThat(answer.duration()).isLessThan(Duration.ofSeconds(3));
            }
        } finally {
            database.resume();
        }
        awaitRecovery();
    }

    @Test
    void callsToAStoppedDatabaseFailWithinThreeSecondsAndRecover() throws Exception {
        awaitRecovery();
        database.kill();
        try {
            for (Answer answer : callConcurrently()) {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.duration()).isLessThan(Duration.ofSeconds(3));
            }
        } finally {
            database.start();
        }
        awaitRecovery();
    }

    @Test
    void manyChangesOfOneTodoAreAnsweredWithinThreeSeconds() throws Exception {
        awaitRecovery();
        Client demo = api.demo();
        Answer created = demo.post(
                "/api/todos",
                "{\"title\":\"read\",\"subject\":\"Math\",\"difficulty\":\"easy\",\"questionsTarget\":10}");
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int n = 0; n < 4 * CALLERS; n++) {
            String change = "{\"questionsTarget\":" + (20 + n) + "}";
            calls.add(() -> demo.patch("/api/todos/" + created.text("/id"), change));
        }

        for (Answer answer : callConcurrently(calls)) {
            assertThat(answer.status()).isIn(200, 503);
            assertThat(answer.duration()).isLessThan(Duration.ofSeconds(3));
        }
    }

    private static void awaitRecovery() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(api.demo().post("/api/sessions", "{\"minutes\":5}").status())
                    .isEqualTo(201);
            assertThat(api.demo().get("/api/users/me").status()).isEqualTo(200);
        });
    }

    private static List<Answer> callConcurrently() throws Exception {
        Client demo = api.demo();
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int n = 0; n < CALLERS; n++) {
            boolean write = n % 2 == 0;
            calls.add(() -> write ? demo.post("/api/sessions", "{\"minutes\":5}") : demo.get("/api/users/me"));
        }
        return callConcurrently(calls);
    }

    private static List<Answer> callConcurrently(List<Callable<Answer>> calls) throws Exception {
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(calls.size())) {
            for (Future<Answer> call : pool.invokeAll(calls)) {
                answers.add(call.get());
            }
        }
        return answers;
    }
}
