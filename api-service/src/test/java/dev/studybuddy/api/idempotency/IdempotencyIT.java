package dev.studybuddy.api.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.api.testing.RunningApi;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

class IdempotencyIT {

    private static final String KEY = "Idempotency-Key";

    private final RunningApi api = RunningApi.shared();
    private final Client user = api.newUser();

    @Test
    void aRepeatedKeyReturnsTheSameAnswerByteForByte() {
        String key = UUID.randomUUID().toString();
        ReceivedAnswer first = user.post("/api/sessions", "{\"minutes\": 5}", KEY, key);
        ReceivedAnswer repeated = user.post("/api/sessions", "{\"minutes\": 5}", KEY, key);

        assertThat(repeated.status()).isEqualTo(201);
        assertThat(repeated.body()).isEqualTo(first.body());
        for (String header : List.of("Location", "ETag", "X-Consistency-Token", "Content-Type")) {
            assertThat(repeated.header(header)).isEqualTo(first.header(header));
        }
        assertThat(user.get("/api/sessions").json().path("items")).hasSize(1);
    }

    @Test
    void aDifferentBodyWithTheSameKeyIsAConflict() {
        String key = UUID.randomUUID().toString();
        user.post("/api/sessions", "{\"minutes\": 5}", KEY, key);
        ReceivedAnswer other = user.post("/api/sessions", "{\"minutes\": 6}", KEY, key);

        assertThat(other.status()).isEqualTo(409);
        assertThat(other.problem()).isEqualTo("idempotency-key-reused");
    }

    @Test
    void aKeyIsScopedToItsCallerAndItsPath() {
        String key = UUID.randomUUID().toString();
        assertThat(user.post("/api/sessions", "{\"minutes\": 5}", KEY, key).status())
                .isEqualTo(201);
        ReceivedAnswer todo =
                user.post("/api/todos", "{\"title\":\"t\",\"difficulty\":\"easy\",\"questionsTarget\":1}", KEY, key);
        assertThat(todo.status()).isEqualTo(201);
        assertThat(api.newUser()
                        .post("/api/sessions", "{\"minutes\": 6}", KEY, key)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aKeyOfAFailedRequestMayBeUsedAgain() {
        String key = UUID.randomUUID().toString();
        UUID id = UUID.randomUUID();
        Client unregistered = api.as(id, "user");
        assertThat(unregistered
                        .post("/api/sessions", "{\"minutes\": 5}", KEY, key)
                        .status())
                .isEqualTo(409);
        unregistered.post("/api/users", "{\"email\":\"" + id + "@example.org\",\"name\":\"A\"}");

        assertThat(unregistered
                        .post("/api/sessions", "{\"minutes\": 5}", KEY, key)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aKeyOver200CharactersIsRejected() {
        assertThat(user.post("/api/sessions", "{\"minutes\": 5}", KEY, "k".repeat(201))
                        .status())
                .isEqualTo(400);
        assertThat(user.post("/api/sessions", "{\"minutes\": 5}", KEY, "k".repeat(200))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aKeyOfARequestWithALongPathIsAccepted() {
        byte[] random = new byte[7_000];
        new Random(1).nextBytes(random);
        String deadLetter = "/api/admin/dead-letters/" + HexFormat.of().formatHex(random);

        ReceivedAnswer answer = api.demo()
                .withoutRetries()
                .post(deadLetter + "/replay", "", KEY, UUID.randomUUID().toString());

        assertThat(answer.problem()).as("MongoDB is unavailable here").isEqualTo("mongodb-unavailable");
    }

    @Test
    void concurrentRequestsHaveOneEffectAndOneAnswer() throws Exception {
        Set<String> bodies = new HashSet<>();
        // A client that repeats requests would hide that the service rejects them at once.
        Client caller = RepeatedRounds.firstThatPasses(() -> {
            Client created = api.newUser();
            bodies.clear();
            bodies.addAll(createConcurrently(created.withoutRetries()));
            return created;
        });

        assertThat(bodies).hasSize(1);
        assertThat(caller.get("/api/sessions").json().path("items")).hasSize(1);
    }

    /** Sends requests with a new key at the same time, and returns the different bodies of their answers. */
    private static Set<String> createConcurrently(Client client) throws Exception {
        String key = UUID.randomUUID().toString();
        List<Callable<ReceivedAnswer>> calls = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            calls.add(() -> client.post("/api/sessions", "{\"minutes\": 5}", KEY, key));
        }
        Set<String> bodies = new HashSet<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(calls.size())) {
            for (Future<ReceivedAnswer> call : pool.invokeAll(calls)) {
                assertThat(call.get().status()).isEqualTo(201);
                bodies.add(call.get().body());
            }
        }
        return bodies;
    }

    @Test
    void aRepeatedPatchReturnsTheFirstAnswerAndWritesOneEvent() {
        String id = user.post("/api/sessions", "{\"minutes\": 5}").text("/id");
        String key = UUID.randomUUID().toString();
        String path = "/api/sessions/" + id;

        ReceivedAnswer first = user.patch(path, "{\"minutes\": 6}", KEY, key, "If-Match", "\"1\"");
        user.patch(path, "{\"minutes\": 7}");
        ReceivedAnswer repeated = user.patch(path, "{\"minutes\": 6}", KEY, key, "If-Match", "\"1\"");

        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(repeated.status()).isEqualTo(200);
        assertThat(repeated.body()).isEqualTo(first.body());
        assertThat(repeated.header("ETag")).isEqualTo("\"2\"");
        assertThat(user.get(path).json().path("version").intValue()).isEqualTo(3);
        assertThat(user.patch(path, "{\"minutes\": 8}", KEY, key).problem()).isEqualTo("idempotency-key-reused");
    }

    @Test
    void aRepeatedDeleteReturnsTheFirstAnswer() {
        String id = user.post("/api/todos", "{\"title\":\"t\",\"difficulty\":\"easy\",\"questionsTarget\":1}")
                .text("/id");
        String key = UUID.randomUUID().toString();

        ReceivedAnswer first = user.delete("/api/todos/" + id, KEY, key);
        ReceivedAnswer repeated = user.delete("/api/todos/" + id, KEY, key);

        assertThat(first.status()).isEqualTo(204);
        assertThat(repeated.status()).isEqualTo(204);
        assertThat(repeated.header("X-Consistency-Token")).isEqualTo(first.header("X-Consistency-Token"));
        assertThat(user.delete("/api/todos/" + id).status()).isEqualTo(404);
    }

    @Test
    void aLockedTodoIsNotReportedAsARequestInProgress() {
        String id = user.post("/api/todos", "{\"title\":\"t\",\"difficulty\":\"easy\",\"questionsTarget\":1}")
                .text("/id");
        Client client = user.withoutRetries();
        String key = UUID.randomUUID().toString();
        TransactionTemplate other = new TransactionTemplate(api.bean(PlatformTransactionManager.class));

        ReceivedAnswer answer = other.execute(status -> {
            api.bean(JdbcClient.class)
                    .sql("UPDATE todos SET title = 'other' WHERE id = ?")
                    .param(UUID.fromString(id))
                    .update();
            return client.patch("/api/todos/" + id, "{\"title\": \"u\"}", KEY, key);
        });

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("contention");
    }

    @Test
    void anOpenTransactionWithTheSameKeyIsReportedAsARequestInProgress() {
        String key = UUID.randomUUID().toString();
        Client client = user.withoutRetries();
        assertThat(client.post("/api/sessions", "{\"minutes\": 5}", KEY, key).status())
                .isEqualTo(201);
        TransactionTemplate other = new TransactionTemplate(api.bean(PlatformTransactionManager.class));

        // A key of this age may be claimed again, and a claim needs the lock of its row.
        api.sql()
                .sql("UPDATE idempotency_keys SET created_at = now() - INTERVAL '10 years' WHERE idempotency_key = ?")
                .param(key)
                .update();
        ReceivedAnswer answer = other.execute(status -> {
            api.bean(JdbcClient.class)
                    .sql("UPDATE idempotency_keys SET body = 'other' WHERE idempotency_key = ?")
                    .param(key)
                    .update();
            return client.post("/api/sessions", "{\"minutes\": 5}", KEY, key);
        });

        assertThat(answer.problem()).isEqualTo("request-in-progress");
    }

    @Test
    void theDescriptionNamesTheKeyOfEachRequestThatAcceptsIt() {
        JsonNode paths = api.get("/openapi/api.json").json().path("paths");

        assertThat(accepts(paths.path("/api/todos/{id}").path("patch"))).isTrue();
        assertThat(accepts(paths.path("/api/sessions/{id}").path("delete"))).isTrue();
        assertThat(accepts(paths.path("/api/users/me").path("patch"))).isTrue();
        assertThat(accepts(paths.path("/api/todos").path("get"))).isFalse();
    }

    private static boolean accepts(JsonNode operation) {
        return operation
                .path("parameters")
                .valueStream()
                .anyMatch(parameter -> parameter.path("name").asString().equals(KEY));
    }
}
