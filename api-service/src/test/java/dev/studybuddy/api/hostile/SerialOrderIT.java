package dev.studybuddy.api.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Answer;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.RunningApi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends the changes of many clients to a few todos of one user, and searches for a serial order with equal outcomes.
 */
class SerialOrderIT {

    private static final int CLIENTS = 64;
    private static final int CALLS = 8;
    private static final int TODOS = 3;
    private static final int KEYS = 6;
    private static final String KEY = "Idempotency-Key";
    private static final Pattern CURRENT = Pattern.compile("The current version is (\\d+),");
    private static final String NEW_TODO = "{\"title\":\"T\",\"difficulty\":\"easy\",\"questionsTarget\":1}";

    private final RunningApi api = RunningApi.shared();
    private final Client user = api.newUser();

    /**
     * Records a call and its answer.
     *
     * @param target the path of the todo, or of the list for a creation
     * @param title the title that the call sets; empty for a deletion
     * @param ifMatch the version of the condition; 0 for none
     * @param key the idempotency key; null for none
     * @param begun the time before the call in nanoseconds
     * @param ended the time after the answer in nanoseconds
     */
    private record Call(
            String method,
            String target,
            String title,
            long ifMatch,
            @Nullable String key,
            long begun,
            long ended,
            Answer answer) {

        boolean succeeded() {
            return answer.status() < 300;
        }

        long version() {
            String tag = String.valueOf(answer.header("ETag"));
            return tag.startsWith("\"") ? Long.parseLong(tag.substring(1, tag.length() - 1)) : 0;
        }
    }

    /** An effect is a version of a todo with the earliest begin and the latest end of the calls that reported it. */
    private record Effect(Call call, long begun, long ended) {}

    @Test
    void theOutcomesOf64ClientsEqualASerialOrder() throws Exception {
        List<String> todos = new ArrayList<>();
        for (int n = 0; n < TODOS; n++) {
            todos.add("/api/todos/" + user.post("/api/todos", NEW_TODO).text("/id"));
        }

        List<Call> calls = runClients(todos);

        assertThat(calls).filteredOn(Call::succeeded).hasSizeGreaterThan(CLIENTS);
        assertThat(calls).extracting(call -> call.answer().status()).contains(412, 409);
        assertEachKeyHasOneEffect(calls);
        for (String todo : todos) {
            assertSerialOrder(
                    todo,
                    calls.stream().filter(call -> call.target().equals(todo)).toList());
        }
    }

    private List<Call> runClients(List<String> todos) throws Exception {
        List<Call> calls = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Call>>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                running.add(clients.submit(() -> {
                    start.await();
                    return runClient(number, todos);
                }));
            }
            start.countDown();
            for (Future<List<Call>> one : running) {
                calls.addAll(one.get());
            }
        }
        return calls;
    }

    private List<Call> runClient(int number, List<String> todos) {
        Random random = new Random(number);
        Map<String, Long> seen = new HashMap<>();
        List<Call> calls = new ArrayList<>();
        for (int n = 0; n < CALLS; n++) {
            String todo = todos.get(random.nextInt(TODOS));
            String key = random.nextInt(3) == 0 ? "key-" + random.nextInt(KEYS) : null;
            // A key usually has one title, and sometimes a client reuses it with another one.
            String title = key == null || random.nextInt(8) == 0 ? "title " + number + ' ' + n : "title of " + key;
            Call call = switch (random.nextInt(20)) {
                case 0, 1, 2 -> call("POST", "/api/todos", title, 0, "create-" + (key == null ? "key-0" : key));
                // Only the last todo is deleted, and late.
                case 3 ->
                    n > CALLS / 2 ? call("DELETE", todos.getLast(), "", 0, null) : call("PATCH", todo, title, 0, key);
                case 4, 5, 6, 7, 8, 9 -> call("PATCH", todo, title, 0, key);
                default -> call("PATCH", todo, title, seen.getOrDefault(todo, 1L), null);
            };
            calls.add(call);
            if (call.version() > 0) {
                seen.put(call.target(), call.version());
            } else if (call.answer().status() == 412) {
                seen.put(call.target(), currentVersion(call));
            }
        }
        return calls;
    }

    private Call call(String method, String target, String title, long ifMatch, @Nullable String key) {
        List<String> headers = new ArrayList<>();
        if (ifMatch > 0) {
            headers.addAll(List.of("If-Match", "\"" + ifMatch + '"'));
        }
        if (key != null) {
            headers.addAll(List.of(KEY, key));
        }
        String body =
                method.equals("POST") ? NEW_TODO.replace("\"T\"", '"' + title + '"') : "{\"title\":\"" + title + "\"}";
        long begun = System.nanoTime();
        Answer answer =
                user.call(method, target, method.equals("DELETE") ? null : body, headers.toArray(String[]::new));
        return new Call(method, target, title, ifMatch, key, begun, System.nanoTime(), answer);
    }

    private void assertEachKeyHasOneEffect(List<Call> calls) {
        Map<String, List<Call>> byKey = new TreeMap<>();
        calls.stream()
                .filter(call -> call.key() != null)
                .forEach(call -> byKey.computeIfAbsent(call.target() + ' ' + call.key(), any -> new ArrayList<>())
                        .add(call));
        byKey.forEach((key, sameKey) -> {
            List<Call> succeeded = sameKey.stream().filter(Call::succeeded).toList();
            assertThat(succeeded.stream().map(call -> call.answer().body()).distinct())
                    .as("answers of %s", key)
                    .hasSizeLessThanOrEqualTo(1);
            for (Call other : sameKey) {
                if (other.answer().status() == 409) {
                    assertThat(succeeded)
                            .as(key)
                            .isNotEmpty()
                            .noneMatch(call -> call.title().equals(other.title()));
                }
            }
        });
        long created = byKey.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("/api/todos create-"))
                .filter(entry -> entry.getValue().stream().anyMatch(Call::succeeded))
                .count();
        boolean deleted = calls.stream().anyMatch(call -> call.method().equals("DELETE") && call.succeeded());
        assertThat(user.get("/api/todos?limit=200").json().path("items"))
                .hasSize((int) created + TODOS - (deleted ? 1 : 0));
    }

    private void assertSerialOrder(String todo, List<Call> calls) {
        NavigableMap<Long, Effect> effects = effects(calls);
        String title = "T";
        long lastVersion = 1;
        long latestBegin = Long.MIN_VALUE;
        for (Map.Entry<Long, Effect> entry : effects.entrySet()) {
            Effect effect = entry.getValue();
            Call call = effect.call();
            assertThat(entry.getKey()).isEqualTo(lastVersion + 1);
            if (call.ifMatch() > 0) {
                assertThat(call.ifMatch()).isEqualTo(lastVersion);
            }
            if (call.method().equals("PATCH")) {
                title = call.title();
                assertThat(call.answer().text("/title")).isEqualTo(title);
                assertThat(call.answer().json().path("version").longValue()).isEqualTo(entry.getKey());
            }
            // No effect ended before an effect of an earlier version began.
            assertThat(effect.ended()).isGreaterThanOrEqualTo(latestBegin);
            latestBegin = Math.max(latestBegin, effect.begun());
            lastVersion = entry.getKey();
        }
        boolean deleted = !effects.isEmpty()
                && effects.lastEntry().getValue().call().method().equals("DELETE");
        Answer present = user.get(todo);
        assertThat(present.status()).isEqualTo(deleted ? 404 : 200);
        if (!deleted) {
            assertThat(present.text("/title")).isEqualTo(title);
        }
        assertEvents(todo, effects);
        calls.forEach(call -> assertRejectionFits(call, effects, deleted));
    }

    /** Returns the effects by version. Calls that changed nothing reported the version of an earlier effect. */
    private static NavigableMap<Long, Effect> effects(List<Call> calls) {
        NavigableMap<Long, Effect> effects = new TreeMap<>();
        for (Call call : calls) {
            if (call.succeeded() && call.version() > 1) {
                effects.merge(
                        call.version(),
                        new Effect(call, call.begun(), call.ended()),
                        (one, other) -> new Effect(
                                one.call().ifMatch() > 0 ? other.call() : one.call(),
                                Math.min(one.begun(), other.begun()),
                                Math.max(one.ended(), other.ended())));
            }
        }
        return effects;
    }

    private void assertEvents(String todo, NavigableMap<Long, Effect> effects) {
        List<JsonNode> events = api
                .sql()
                .sql("SELECT CAST(payload AS TEXT) FROM outbox WHERE aggregate_id = ? ORDER BY aggregate_version")
                .param(todo.substring(todo.lastIndexOf('/') + 1))
                .query(String.class)
                .list()
                .stream()
                .map(new JsonMapper()::readTree)
                .toList();
        assertThat(events).hasSize(effects.size() + 1);
        effects.forEach((version, effect) -> {
            JsonNode event = events.get((int) (version - 1));
            assertThat(event.path("version").longValue()).isEqualTo(version);
            if (effect.call().method().equals("PATCH")) {
                assertThat(event).isEqualTo(effect.call().answer().json());
            }
        });
    }

    private static void assertRejectionFits(Call call, NavigableMap<Long, Effect> effects, boolean deleted) {
        switch (call.answer().status()) {
            case 200, 204, 409, 503 -> {
                // The checks of effects and keys cover them; an answer with 503 has no effect.
            }
            case 404 -> {
                assertThat(deleted).isTrue();
                assertThat(effects.lastEntry().getValue().begun()).isLessThan(call.ended());
            }
            case 412 -> {
                long current = currentVersion(call);
                assertThat(current).isNotEqualTo(call.ifMatch());
                if (current > 1) {
                    assertThat(effects.get(current).begun()).isLessThan(call.ended());
                }
                Effect next = effects.get(current + 1);
                if (next != null) {
                    assertThat(next.ended()).isGreaterThan(call.begun());
                }
            }
            default -> throw new AssertionError("The answer is unexpected: " + call);
        }
    }

    private static long currentVersion(Call call) {
        Matcher current = CURRENT.matcher(call.answer().text("/detail"));
        assertThat(current.find()).isTrue();
        return Long.parseLong(current.group(1));
    }
}
