package dev.studybuddy.api.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
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
    private static final int MAX_RUNS = 5;
    private static final String KEY = "Idempotency-Key";
    private static final Pattern CURRENT = Pattern.compile("The current version is (\\d+),");
    private static final String NEW_TODO = "{\"title\":\"T\",\"difficulty\":\"easy\",\"questionsTarget\":1}";

    private final RunningApi api = RunningApi.shared();
    private Client user = api.newUser();

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
            ReceivedAnswer answer) {

        boolean succeeded() {
            return answer.status() < 300;
        }

        /** Returns whether the call can have had an effect although its answer reports none. */
        boolean isUnknown() {
            return answer.status() == 503 && answer.problem().equals("outcome-unknown");
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
        List<Call> calls = runAndCheck();
        // During a stall of the machine, few calls succeed.
        for (int run = 1; run < MAX_RUNS && countSucceeded(calls) <= CLIENTS; run++) {
            user = api.newUser();
            calls = runAndCheck();
        }

        assertThat(countSucceeded(calls)).isGreaterThan(CLIENTS);
        assertThat(calls).extracting(call -> call.answer().status()).contains(412, 409);
    }

    private static long countSucceeded(List<Call> calls) {
        return calls.stream().filter(Call::succeeded).count();
    }

    /** Runs all clients on new todos, searches for a serial order, and returns the calls. */
    private List<Call> runAndCheck() throws Exception {
        List<String> todos = new ArrayList<>();
        for (int n = 0; n < TODOS; n++) {
            todos.add("/api/todos/" + user.post("/api/todos", NEW_TODO).text("/id"));
        }
        List<Call> calls = runClients(todos);
        assertEachKeyHasOneEffect(calls);
        for (String todo : todos) {
            assertSerialOrder(
                    todo,
                    calls.stream().filter(call -> call.target().equals(todo)).toList());
        }
        return calls;
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
                // Only the last todo is deleted, and only in the second half of the calls.
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
        ReceivedAnswer answer = user.withoutRetries()
                .call(method, target, method.equals("DELETE") ? null : body, headers.toArray(String[]::new));
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
                    assertThat(sameKey).as(key).anyMatch(call -> call.succeeded() || call.isUnknown());
                    assertThat(succeeded).as(key).noneMatch(call -> call.title().equals(other.title()));
                }
            }
        });
        List<List<Call>> creations = byKey.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("/api/todos create-"))
                .map(Map.Entry::getValue)
                .toList();
        List<Call> deletions =
                calls.stream().filter(call -> call.method().equals("DELETE")).toList();
        int created = count(creations, Call::succeeded);
        int perhapsCreated = count(creations, call -> call.succeeded() || call.isUnknown());
        int deleted = deletions.stream().anyMatch(Call::succeeded) ? 1 : 0;
        int perhapsDeleted = deletions.stream().anyMatch(call -> call.succeeded() || call.isUnknown()) ? 1 : 0;
        assertThat(user.get("/api/todos?limit=200").json().path("items").size())
                .isBetween(TODOS + created - perhapsDeleted, TODOS + perhapsCreated - deleted);
    }

    /** Returns the number of lists that contain a call which meets the condition. */
    private static int count(List<List<Call>> lists, Predicate<Call> condition) {
        return (int)
                lists.stream().filter(list -> list.stream().anyMatch(condition)).count();
    }

    private void assertSerialOrder(String todo, List<Call> calls) {
        List<JsonNode> events = events(todo);
        NavigableMap<Long, Effect> effects = effects(calls, events);
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
            }
            if (call.method().equals("PATCH") && call.succeeded()) {
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
        ReceivedAnswer present = user.get(todo);
        assertThat(present.status()).isEqualTo(deleted ? 404 : 200);
        if (!deleted) {
            assertThat(present.text("/title")).isEqualTo(title);
        }
        assertEvents(events, effects);
        calls.forEach(call -> assertRejectionFits(call, effects, deleted));
    }

    /**
     * Returns the effects by version. Calls that changed nothing reported the version of an earlier effect. An event
     * whose version no call reported must be the effect of a call with an unknown outcome.
     */
    private static NavigableMap<Long, Effect> effects(List<Call> calls, List<JsonNode> events) {
        NavigableMap<Long, Effect> effects = new TreeMap<>();
        List<Call> unknown = new ArrayList<>(calls);
        unknown.removeIf(call -> !call.isUnknown());
        for (Call call : calls) {
            // A call that reports the version of its If-Match changed nothing.
            if (call.succeeded() && call.version() > 1 && call.ifMatch() != call.version()) {
                effects.merge(
                        call.version(),
                        new Effect(call, earliestBegin(call, unknown), call.ended()),
                        (one, other) -> new Effect(
                                one.call().ifMatch() > 0 ? other.call() : one.call(),
                                Math.min(one.begun(), other.begun()),
                                Math.max(one.ended(), other.ended())));
            }
        }
        for (JsonNode event : events) {
            long version = event.path("version").longValue();
            if (version > 1 && !effects.containsKey(version)) {
                Call call = find(unknown, event);
                effects.put(version, new Effect(call, earliestBegin(call, unknown), Long.MAX_VALUE));
                unknown.remove(call);
            }
        }
        return effects;
    }

    /**
     * Returns the begin of the call, or that of an earlier call with an unknown outcome and the same key and title,
     * which can have had the effect.
     */
    private static long earliestBegin(Call call, List<Call> unknown) {
        return unknown.stream()
                .filter(other ->
                        Objects.equals(other.key(), call.key()) && other.title().equals(call.title()))
                .mapToLong(other -> Math.min(other.begun(), call.begun()))
                .min()
                .orElse(call.begun());
    }

    /** Returns a call with an unknown outcome that can have caused the event. */
    private static Call find(List<Call> unknown, JsonNode event) {
        long version = event.path("version").longValue();
        boolean deleted = event.path("deleted").booleanValue(false);
        return unknown.stream()
                .filter(call -> call.ifMatch() == 0 || call.ifMatch() == version - 1)
                .filter(call -> call.method().equals("DELETE")
                        ? deleted
                        : call.title().equals(event.path("title").asString("")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No call can have caused this event: " + event));
    }

    private List<JsonNode> events(String todo) {
        return api
                .sql()
                .sql("SELECT CAST(payload AS TEXT) FROM outbox WHERE aggregate_id = ? ORDER BY aggregate_version")
                .param(todo.substring(todo.lastIndexOf('/') + 1))
                .query(String.class)
                .list()
                .stream()
                .map(new JsonMapper()::readTree)
                .toList();
    }

    private static void assertEvents(List<JsonNode> events, NavigableMap<Long, Effect> effects) {
        assertThat(events).hasSize(effects.size() + 1);
        effects.forEach((version, effect) -> {
            JsonNode event = events.get((int) (version - 1));
            assertThat(event.path("version").longValue()).isEqualTo(version);
            if (effect.call().method().equals("PATCH") && effect.call().succeeded()) {
                assertThat(event).isEqualTo(effect.call().answer().json());
            }
        });
    }

    private static void assertRejectionFits(Call call, NavigableMap<Long, Effect> effects, boolean deleted) {
        switch (call.answer().status()) {
            case 200, 204, 409, 503 -> {
                // The checks of effects and keys cover these calls. A 503 has no effect unless its outcome is unknown.
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
