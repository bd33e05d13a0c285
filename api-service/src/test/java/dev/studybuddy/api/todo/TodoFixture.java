package dev.studybuddy.api.todo;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.RunningApi;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** This fixture calls the shared API as a new user, and reads the events of todos from the outbox. */
abstract class TodoFixture {

    static final String TODO = """
            {"title": "  Read chapter 3 ", "subject": "Math", "difficulty": "easy", "questionsTarget": 10}
            """;

    final RunningApi api = RunningApi.shared();
    final Client user = api.newUser();

    static String bulk(String action, String... ids) {
        String list =
                String.join(",", Arrays.stream(ids).map(id -> '"' + id + '"').toList());
        return "{\"action\":\"" + action + "\",\"ids\":[" + list + "]}";
    }

    List<Map<String, Object>> rows(String id) {
        return api.sql()
                .sql(
                        "SELECT shard, event_type, aggregate_version, CAST(payload AS text) AS payload,"
                                + " CAST(headers AS text) AS headers FROM outbox WHERE aggregate_id = :id ORDER BY aggregate_version")
                .param("id", id)
                .query()
                .listOfRows();
    }

    static JsonNode json(Map<String, Object> row, String column) {
        return new JsonMapper().readTree(String.valueOf(row.get(column)));
    }
}
