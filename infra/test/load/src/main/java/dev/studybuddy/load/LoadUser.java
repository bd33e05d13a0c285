package dev.studybuddy.load;

import dev.studybuddy.load.http.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A load user is a user for whom the load writes, with the ids of its todos and sessions. Several clients write for one
 * user.
 */
final class LoadUser {

    private final String id;
    private final Map<String, String> headers;
    private final List<String> todos = new ArrayList<>();
    private final List<String> sessions = new ArrayList<>();

    LoadUser(String id, String token) {
        this.id = id;
        this.headers = ApiClient.bearer(token);
    }

    String id() {
        return id;
    }

    Map<String, String> headers() {
        return headers;
    }

    synchronized void addTodo(String todo) {
        todos.add(todo);
    }

    synchronized void addSession(String session) {
        sessions.add(session);
    }

    /** Returns a random todo. Other clients may change or delete it at the same time. */
    synchronized Optional<String> randomTodo(RandomGenerator random) {
        return todos.isEmpty() ? Optional.empty() : Optional.of(todos.get(random.nextInt(todos.size())));
    }

    /** Removes a random todo and returns it, so that no other client gets it. */
    synchronized Optional<String> removeRandomTodo(RandomGenerator random) {
        return todos.isEmpty() ? Optional.empty() : Optional.of(todos.remove(random.nextInt(todos.size())));
    }

    /** Returns a random session. Other clients may change or delete it at the same time. */
    synchronized Optional<String> randomSession(RandomGenerator random) {
        return sessions.isEmpty() ? Optional.empty() : Optional.of(sessions.get(random.nextInt(sessions.size())));
    }

    /** Removes a random session and returns it, so that no other client gets it. */
    synchronized Optional<String> removeRandomSession(RandomGenerator random) {
        return sessions.isEmpty() ? Optional.empty() : Optional.of(sessions.remove(random.nextInt(sessions.size())));
    }
}
