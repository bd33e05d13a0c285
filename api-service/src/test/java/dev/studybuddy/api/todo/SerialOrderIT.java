package dev.studybuddy.api.todo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Answer;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.RunningApi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SerialOrderIT {

    private static final int CLIENTS = 64;
    private static final int CHANGES_OF_A_CLIENT = 6;
    private static final int TODOS = 3;
    private static final int KEYS = 40;
    private static final JsonMapper JSON = new JsonMapper();

    private final RunningApi api = RunningApi.shared();
    private final Client user = api.newUser();

    /** A change is a patch with its answer. The condition is the version in If-Match, or 0 for none. */
    private record Change(String todo, long condition, String key, Answer answer) {}

    @Test
    void changesOfManyClientsEqualASerialOrder() throws Exception {
        List<String> todos = new ArrayList<>();
        for (int n = 0; n < TODOS; n++) {
            todos.add(user.post("/api/todos", "{\"title\":\"t\",\"difficulty\":\"easy\",\"questionsTarget\":1}")
                    .text("/id"));
        }
        List<Callable<List<Change>>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int first = client;
            clients.add(() -> {
                List<Change> changes = new ArrayList<>();
                for (int n = 0; n < CHANGES_OF_A_CLIENT; n++) {
                    int number = first * CHANGES_OF_A_CLIENT + n;
                    changes.add(change(todos, number));
                }
                return changes;
            });
        }

        List<Change> changes = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(CLIENTS)) {
            for (Future<List<Change>> client : pool.invokeAll(clients)) {
                changes.addAll(client.get());
            }
        }

        assertThat(changes)
                .allSatisfy(change -> assertThat(change.answer().status())
                        .as(change.answer().body())
                        .isIn(200, 412, 503));
        for (String todo : todos) {
            assertSerial(
                    todo,
                    changes.stream()
                            .filter(change -> change.todo().equals(todo))
                            .toList());
        }
        assertThat(changes)
                .filteredOn(change -> change.answer().status() == 200)
                .hasSizeGreaterThan(KEYS);
    }

    /** Sends every third change under a key that other clients use for the same change. */
    private Change change(List<String> todos, int number) {
        boolean shared = number % 3 == 0;
        String key = shared ? "key-" + number / 3 % KEYS : "";
        String todo = todos.get(shared ? number / 3 % KEYS % TODOS : number % TODOS);
        String path = "/api/todos/" + todo;
        String body = "{\"title\":\"" + (shared ? key : "change " + number) + "\"}";
        if (shared) {
            return new Change(todo, 0, key, user.patch(path, body, "Idempotency-Key", key));
        }
        if (number % 3 == 1) {
            return new Change(todo, 0, key, user.patch(path, body));
        }
        String tag = Objects.requireNonNull(user.get(path).header("ETag"));
        return new Change(todo, Long.parseLong(tag.replace("\"", "")), key, user.patch(path, body, "If-Match", tag));
    }

    /** Checks that each answer is the state after one version, and that these versions have no gap. */
    private void assertSerial(String todo, List<Change> changes) {
        TreeMap<Long, JsonNode> events = new TreeMap<>();
        api.sql()
                .sql("SELECT aggregate_version, CAST(payload AS text) AS payload FROM outbox WHERE aggregate_id = :id")
                .param("id", todo)
                .query(row -> {
                    events.put(row.getLong("aggregate_version"), JSON.readTree(row.getString("payload")));
                });
        assertThat(events.lastKey()).isEqualTo(events.size());
        assertThat(user.get("/api/todos/" + todo).json())
                .isEqualTo(events.lastEntry().getValue());
        Set<Long> versions = new HashSet<>();
        Map<String, String> answers = new HashMap<>();
        for (Change change : changes) {
            if (change.answer().status() != 200) {
                continue;
            }
            long version = change.answer().json().path("version").longValue();
            assertThat(change.answer().json()).isEqualTo(events.get(version));
            if (change.condition() > 0) {
                assertThat(version).isEqualTo(change.condition() + 1);
            }
            if (change.key().isEmpty()) {
                assertThat(versions.add(version))
                        .as("version %d has one answer", version)
                        .isTrue();
            } else {
                String earlier =
                        answers.putIfAbsent(change.key(), change.answer().body());
                assertThat(earlier == null ? change.answer().body() : earlier)
                        .isEqualTo(change.answer().body());
            }
        }
    }
}
