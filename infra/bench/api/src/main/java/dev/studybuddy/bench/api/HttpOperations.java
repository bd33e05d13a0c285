package dev.studybuddy.bench.api;

import dev.studybuddy.bench.harness.Json;
import java.io.IOException;
import java.time.Duration;

/** Creates the operations of the measured callers. Each caller is another user. */
final class HttpOperations {

    static final String TODO =
            "{\"title\":\"Read chapter 3\",\"subject\":\"Math\",\"difficulty\":\"easy\",\"questionsTarget\":10}";

    /**
     * A caller reads the users in steps of this prime number, so that it reads each user once before it reads one
     * again.
     */
    private static final int USER_STEP = 7919;

    private final int port;
    private final int users;

    HttpOperations(int port, int users) {
        this.port = port;
        this.users = users;
    }

    /** Creates an operation that creates todos. */
    Load.OperationFactory post() {
        return repeated("POST", "/api/todos", TODO);
    }

    /** Creates an operation that changes a todo of its caller. */
    Load.OperationFactory patch() {
        return number -> {
            HttpConnection connection = new HttpConnection(port);
            String token = token(connection, number);
            String created = connection
                    .send(HttpConnection.request("POST", "/api/todos", token, TODO))
                    .body();
            String path = "/api/todos/" + text(created, "id");
            return new HttpOperation(connection) {
                private int change;

                @Override
                byte[] next() {
                    change = (change + 1) % 1000;
                    return HttpConnection.request("PATCH", path, token, "{\"questionsTarget\":" + (20 + change) + "}");
                }
            };
        };
    }

    /** Creates an operation that reads a path. */
    Load.OperationFactory get(String path) {
        return repeated("GET", path, "");
    }

    /**
     * Creates an operation that reads the leaderboard around one user after the other.
     *
     * @param path the path of the page, to which the id of the user is appended
     */
    Load.OperationFactory getAroundUsers(String path) {
        return number -> {
            HttpConnection connection = new HttpConnection(port);
            String token = token(connection, number);
            return new HttpOperation(connection) {
                private int user = number;

                @Override
                byte[] next() {
                    user = (user + USER_STEP) % users;
                    return HttpConnection.request("GET", path + DatabaseSeeder.userId(user), token, "");
                }
            };
        };
    }

    private Load.OperationFactory repeated(String method, String path, String body) {
        return number -> {
            HttpConnection connection = new HttpConnection(port);
            byte[] request = HttpConnection.request(method, path, token(connection, number), body);
            return new HttpOperation(connection) {
                @Override
                byte[] next() {
                    return request;
                }
            };
        };
    }

    private String token(HttpConnection connection, int number) throws IOException {
        String body = "{\"userId\":\"" + DatabaseSeeder.userId(number % users) + "\",\"roles\":[\"user\"]}";
        return text(
                connection
                        .send(HttpConnection.request("POST", "/api/dev/token", "", body))
                        .body(),
                "token");
    }

    private static String text(String json, String field) {
        return Json.text(json, field);
    }

    /** An HTTP operation sends requests over one connection and waits as long as Retry-After demands. */
    private abstract static class HttpOperation implements Load.Operation {
        private final HttpConnection connection;

        HttpOperation(HttpConnection connection) {
            this.connection = connection;
        }

        abstract byte[] next();

        @Override
        public Load.Outcome run() throws IOException {
            HttpConnection.Answer answer = connection.send(next());
            return new Load.Outcome(answer.status(), Duration.ofSeconds(answer.retryAfterSeconds()));
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}
