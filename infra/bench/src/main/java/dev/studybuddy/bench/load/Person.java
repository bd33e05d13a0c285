package dev.studybuddy.bench.load;

import dev.studybuddy.bench.http.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A user and what that user has; several clients write for one. */
final class Person {

    private final String id;
    private final Map<String, String> headers;
    private final List<String> todos = new ArrayList<>();
    private final List<String> sessions = new ArrayList<>();

    Person(String id, String token) {
        this.id = id;
        this.headers = ApiClient.bearer(token);
    }

    String id() {
        return id;
    }

    Map<String, String> headers() {
        return headers;
    }

    synchronized void hasTodo(String todo) {
        todos.add(todo);
    }

    synchronized void hasSession(String session) {
        sessions.add(session);
    }

    /** One of the todos, that others may be changing or deleting at this moment. */
    synchronized Optional<String> someTodo(RandomGenerator random) {
        return todos.isEmpty() ? Optional.empty() : Optional.of(todos.get(random.nextInt(todos.size())));
    }

    /** One of the todos, that nobody gets any more. */
    synchronized Optional<String> takeTodo(RandomGenerator random) {
        return todos.isEmpty() ? Optional.empty() : Optional.of(todos.remove(random.nextInt(todos.size())));
    }

    synchronized Optional<String> takeSession(RandomGenerator random) {
        return sessions.isEmpty() ? Optional.empty() : Optional.of(sessions.remove(random.nextInt(sessions.size())));
    }
}
