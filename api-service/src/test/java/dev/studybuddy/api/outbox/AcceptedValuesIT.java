package dev.studybuddy.api.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.EventYears;
import dev.studybuddy.contract.SchemaCheck;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.SubjectsContribution;
import dev.studybuddy.readmodel.Sums;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * This test writes the extreme values that the API accepts, and checks the events by the rules by which the projector
 * rejects an event.
 */
class AcceptedValuesIT {

    private static final JsonMapper JSON = new JsonMapper();
    /** This character outside the Basic Multilingual Plane counts as one character and has two UTF-16 units. */
    private static final String EMOJI = "\uD83D\uDCDA";

    private static final String ODD = "a.b$c%d\"e\\f'g{h}[i],:*\u00E9\u0301\u202E\u200B\uFFFD\uE000\uFFFE";

    private final RunningApi api = RunningApi.shared();
    private final Client user = api.newUser();
    private final String userId = user.get("/api/users/me").text("/id");

    static List<Map<String, Object>> todos() {
        String first = EventYears.FIRST + "-01-01";
        String last = EventYears.LAST + "-12-31";
        return List.of(
                todo("t", "", "easy", 0, first),
                todo(EMOJI.repeat(200), EMOJI.repeat(60), "medium", 10_000, last),
                todo(ODD, ODD, "hard", 1, first),
                todo("$", "$where", "hard", 1, last),
                todo("deleted", "_id", "hard", 1, last),
                todo(".", "..", "hard", 1, last),
                todo("%", "%", "hard", 1, last));
    }

    private static Map<String, Object> todo(
            String title, String subject, String difficulty, int questions, String scheduledFor) {
        return Map.of(
                "title",
                title,
                "subject",
                subject,
                "difficulty",
                difficulty,
                "questionsTarget",
                questions,
                "scheduledFor",
                scheduledFor);
    }

    @ParameterizedTest
    @MethodSource("todos")
    void theProjectorAcceptsTheEventsOfEveryTodoThatTheApiAccepts(Map<String, Object> todo) {
        ReceivedAnswer created = user.post("/api/todos", JSON.writeValueAsString(todo));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        String path = "/api/todos/" + created.text("/id");
        assertThat(user.patch(path, "{\"completed\": true, \"questionsCompleted\": 10000}")
                        .status())
                .isEqualTo(200);
        assertThat(user.patch(path, "{\"completed\": false, \"questionsCompleted\": 0}")
                        .status())
                .isEqualTo(200);
        assertThat(user.delete(path).status()).isEqualTo(204);

        checkEvents(AggregateType.TODO, created.text("/id"), 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pacific/Kiritimati", "Etc/GMT+12", "Africa/Monrovia"})
    void theProjectorAcceptsTheEventsOfEverySessionThatTheApiAccepts(String zone) {
        user.patch("/api/users/me", "{\"timeZone\": \"" + zone + "\"}");
        Instant now = Instant.now();
        Instant oldest =
                now.atOffset(ZoneOffset.UTC).minusYears(1).plusMinutes(10).toInstant();
        for (Instant at : List.of(oldest, now.plus(4, ChronoUnit.MINUTES))) {
            for (String type : List.of("pomodoro", "stopwatch", "manual")) {
                ReceivedAnswer created = user.post(
                        "/api/sessions",
                        JSON.writeValueAsString(Map.of(
                                "minutes", 1, "sessionType", type, "subject", ODD, "completedAt", at.toString())));
                assertThat(created.status()).as(created.body()).isEqualTo(201);
                String path = "/api/sessions/" + created.text("/id");
                String longest = JSON.writeValueAsString(Map.of("minutes", 1440, "subject", EMOJI.repeat(60)));
                assertThat(user.patch(path, longest).status()).isEqualTo(200);
                assertThat(user.delete(path).status()).isEqualTo(204);

                checkEvents(AggregateType.SESSION, created.text("/id"), 3);
            }
        }
    }

    @Test
    void theProjectorAcceptsTheEventsOfEveryUserThatTheApiAccepts() {
        String username = UUID.randomUUID().toString().substring(0, 20);
        String avatar = "https://example.org/" + "%".repeat(480);
        List<Map<String, Object>> patches = new ArrayList<>(List.of(
                Map.of("name", "7"),
                Map.of("name", EMOJI.repeat(100), "avatar", avatar, "username", username + ".-_0123456"),
                Map.of("name", "$a.b", "avatar", "http://a", "showProfile", false),
                Map.of("name", "a'\"\\{}")));
        Stream.of("Etc/GMT-14", "SystemV/AST4ADT", "UTC", "Europe/Berlin", "America/Argentina/ComodRivadavia")
                .filter(ZoneId.getAvailableZoneIds()::contains)
                .forEach(zone -> patches.add(Map.of("timeZone", zone)));
        for (Map<String, Object> patch : patches) {
            ReceivedAnswer patched = user.patch("/api/users/me", JSON.writeValueAsString(patch));
            assertThat(patched.status()).as(patched.body()).isEqualTo(200);
        }
        assertThat(user.patch("/api/users/me", "{\"avatar\": null, \"username\": null}")
                        .status())
                .isEqualTo(200);
        assertThat(user.delete("/api/users/me").status()).isEqualTo(204);

        List<String> events = payloads(AggregateType.USER, userId);
        assertThat(events).hasSizeGreaterThan(patches.size());
        events.forEach(payload -> check(AggregateType.USER, payload));
    }

    private void checkEvents(AggregateType type, String id, int count) {
        List<String> events = payloads(type, id);
        assertThat(events).hasSize(count);
        events.forEach(payload -> check(type, payload));
    }

    private static void check(AggregateType type, String payload) {
        JsonNode value = EventJson.tree(payload.getBytes(StandardCharsets.UTF_8));
        AggregateState state = EventJson.read(type, value);
        assertThat(SchemaCheck.findViolation(type, value, state, Instant.now()))
                .as(payload)
                .isNull();
        assertThat(schema(type).validate(value)).as(payload).isEmpty();
        Sums sums = new Sums();
        StudyContribution.add(sums, state, 1);
        SubjectsContribution.add(sums, state, 1);
        // MongoDB permits no empty name in a path, and reads a name with a dollar sign as an operator.
        sums.forEach((key, amounts) -> assertThat(amounts.keySet())
                .allSatisfy(path -> assertThat(path.split("\\.", -1))
                        .allSatisfy(name -> assertThat(name).isNotEmpty().doesNotStartWith("$"))));
    }

    private List<String> payloads(AggregateType type, String id) {
        return api.sql()
                .sql("SELECT CAST(payload AS text) FROM outbox WHERE aggregate_type = :type AND aggregate_id = :id"
                        + " ORDER BY aggregate_version")
                .param("type", type.code())
                .param("id", id)
                .query(String.class)
                .list();
    }

    private static Schema schema(AggregateType type) {
        String name = "/contract/" + type.code() + ".v1.schema.json";
        try (InputStream text = SchemaCheck.class.getResourceAsStream(name)) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(text);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
