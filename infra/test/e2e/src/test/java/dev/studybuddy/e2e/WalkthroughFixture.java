package dev.studybuddy.e2e;

import static dev.studybuddy.e2e.WalkthroughIT.stack;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.load.http.Answer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Provides the calls that several tests of the walkthrough make to their common stack. */
abstract class WalkthroughFixture {

    private static final String EVENTS_OF_AGGREGATE =
            "SELECT event_type, processed, processed_at FROM outbox WHERE aggregate_id = ? ORDER BY aggregate_version";

    static final Duration VISIBLE_LIMIT = Duration.ofSeconds(60);
    static final Duration JOB_LIMIT = Duration.ofMinutes(3);

    static Answer newTodo(String title) throws Exception {
        Answer created = call("POST", "/api/todos", todo(title));
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created;
    }

    static Map<String, Object> todo(String title) {
        return Map.of("title", title, "subject", "Math", "difficulty", "easy", "questionsTarget", 10);
    }

    static Answer call(String method, String path, Object body) {
        return stack.callWithRetry(method, path, body, Map.of());
    }

    static List<String> events(String aggregateId) throws Exception {
        List<String> events = new ArrayList<>();
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(EVENTS_OF_AGGREGATE)) {
            statement.setString(1, aggregateId);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    boolean processed = row.getBoolean("processed") && row.getObject("processed_at") != null;
                    events.add(row.getString("event_type") + (processed ? " processed" : " pending"));
                }
            }
        }
        return events;
    }

    static Connection connect() throws Exception {
        return DriverManager.getConnection(
                stack.servers().sqlUrl(),
                stack.servers().sqlUser(),
                stack.servers().sqlPassword());
    }
}
