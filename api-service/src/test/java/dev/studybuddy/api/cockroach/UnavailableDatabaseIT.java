package dev.studybuddy.api.cockroach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.DelayProxy;
import dev.studybuddy.testkit.TestServers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnavailableDatabaseIT {

    /**
     * The service answers within three seconds after it has received a request. On a busy machine, a request waits
     * before it is received. If the machine stalls during a round of calls, another round must be within the limit.
     */
    private static final Duration LIMIT = Duration.ofMillis(3500);

    /**
     * There are more callers than pool connections. The callers that wait for a connection must not exceed the deadline
     * either.
     */
    private static final int CALLERS = 24;

    private static ControllableServer database;
    private static DelayProxy proxy;
    private static RunningApi api;

    @BeforeAll
    static void start() {
        database = TestServers.startOwnSql();
        URI address = URI.create(database.url().substring("jdbc:".length()));
        proxy = DelayProxy.start(address.getHost(), address.getPort());
        String proxied =
                database.url().replace(address.getHost() + ":" + address.getPort(), "127.0.0.1:" + proxy.port());
        // With this threshold, the driver sends the text of each COMMIT, by which the proxy recognizes it.
        api = RunningApi.on(proxied, Map.of("spring.datasource.hikari.data-source-properties.prepareThreshold", "0"));
    }

    @AfterAll
    static void stop() {
        api.close();
        proxy.close();
        database.close();
    }

    @Test
    void callsToAFrozenDatabaseFailWithinThreeSecondsAndRecover() throws Exception {
        RepeatedRounds.assertOneTakesLessThan(LIMIT, () -> {
            awaitRecovery();
            database.freeze();
            List<ReceivedAnswer> answers;
            try {
                answers = callConcurrently();
            } finally {
                database.unfreeze();
            }
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.problem()).isIn("database-unavailable", "outcome-unknown");
                assertThat(answer.header("Retry-After")).isEqualTo("1");
            });
            return longest(answers);
        });
        awaitRecovery();
    }

    @Test
    void callsToAStoppedDatabaseFailWithinThreeSecondsAndRecover() throws Exception {
        RepeatedRounds.assertOneTakesLessThan(LIMIT, () -> {
            awaitRecovery();
            database.kill();
            List<ReceivedAnswer> answers;
            try {
                answers = callConcurrently();
            } finally {
                database.start();
            }
            assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(503));
            return longest(answers);
        });
        awaitRecovery();
    }

    @Test
    void manyChangesOfOneTodoAreAnsweredWithinThreeSeconds() throws Exception {
        Client demo = api.demo().withoutRetries();
        RepeatedRounds.assertOneTakesLessThan(LIMIT, () -> {
            awaitRecovery();
            ReceivedAnswer created = api.post(
                    "/api/todos",
                    "{\"title\":\"read\",\"subject\":\"Math\",\"difficulty\":\"easy\",\"questionsTarget\":10}");
            List<Callable<ReceivedAnswer>> calls = new ArrayList<>();
            for (int n = 0; n < 4 * CALLERS; n++) {
                String change = "{\"questionsTarget\":" + (20 + n) + "}";
                calls.add(() -> demo.patch("/api/todos/" + created.text("/id"), change));
            }
            List<ReceivedAnswer> answers = callConcurrently(calls);
            assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(200, 503));
            return longest(answers);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH"})
    void aWriteWhoseCommitIsNotConfirmedHasItsFirstOutcomeOnARetry(String method) throws Exception {
        boolean creates = method.equals("POST");
        // A machine that stalls can end the write before its commit.
        UnconfirmedWrite write = RepeatedRounds.firstThatPasses(() -> {
            UnconfirmedWrite sent = loseAnswerOfCommit(method);
            assertThat(sent.answer().problem()).as(sent.answer().body()).isEqualTo("outcome-unknown");
            assertThat(sent.answer().duration()).isLessThan(LIMIT);
            return sent;
        });

        ReceivedAnswer retried = api.send(method, write.path(), write.body(), "Idempotency-Key", write.key());

        assertThat(retried.status()).as(retried.body()).isEqualTo(creates ? 201 : 200);
        assertThat(retried.text("/title")).isEqualTo(write.title());
        assertThat(retried.header("ETag")).isEqualTo(creates ? "\"1\"" : "\"2\"");
        assertThat(api.sql()
                        .sql("SELECT count(*) FROM outbox WHERE CAST(payload AS TEXT) LIKE :title")
                        .param("title", "%" + write.title() + "%")
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    /** This record holds a write and its only answer. The database did not confirm the commit of the write. */
    private record UnconfirmedWrite(String path, String title, String body, String key, ReceivedAnswer answer) {}

    private static UnconfirmedWrite loseAnswerOfCommit(String method) {
        awaitRecovery();
        String title = "unconfirmed " + UUID.randomUUID();
        String todo = "{\"title\":\"before\",\"difficulty\":\"easy\",\"questionsTarget\":10}";
        boolean creates = method.equals("POST");
        String path = creates
                ? "/api/todos"
                : "/api/todos/" + api.post("/api/todos", todo).text("/id");
        String body = creates ? todo.replace("before", title) : "{\"title\":\"" + title + "\"}";
        String key = UUID.randomUUID().toString();

        proxy.loseAnswersAfter(title, "COMMIT");
        ReceivedAnswer answer = api.demo().withoutRetries().call(method, path, body, "Idempotency-Key", key);
        proxy.loseAnswersAfter();
        return new UnconfirmedWrite(path, title, body, key, answer);
    }

    private static void awaitRecovery() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(api.demo().post("/api/sessions", "{\"minutes\":5}").status())
                    .isEqualTo(201);
            assertThat(api.demo().get("/api/users/me").status()).isEqualTo(200);
        });
    }

    private static Duration longest(List<ReceivedAnswer> answers) {
        return answers.stream()
                .map(ReceivedAnswer::duration)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static List<ReceivedAnswer> callConcurrently() throws Exception {
        Client demo = api.demo().withoutRetries();
        List<Callable<ReceivedAnswer>> calls = new ArrayList<>();
        for (int n = 0; n < CALLERS; n++) {
            boolean write = n % 2 == 0;
            calls.add(() -> write ? demo.post("/api/sessions", "{\"minutes\":5}") : demo.get("/api/users/me"));
        }
        return callConcurrently(calls);
    }

    private static List<ReceivedAnswer> callConcurrently(List<Callable<ReceivedAnswer>> calls) throws Exception {
        List<ReceivedAnswer> answers = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(calls.size())) {
            for (Future<ReceivedAnswer> call : pool.invokeAll(calls)) {
                answers.add(call.get());
            }
        }
        return answers;
    }
}
