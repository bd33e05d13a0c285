package dev.studybuddy.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SessionsIT {

    private final RunningApi api = RunningApi.shared();
    private final Client user = api.newUser();

    @Test
    void aSessionIsManualAndCompletedNowByDefault() {
        ReceivedAnswer created = user.post("/api/sessions", "{\"minutes\": 25}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.text("/sessionType")).isEqualTo("manual");
        assertThat(created.text("/subject")).isEmpty();
        assertThat(Instant.parse(created.text("/completedAt")))
                .isBetween(Instant.now().minusSeconds(20), Instant.now());
        ReceivedAnswer read = user.get("/api/sessions/" + created.text("/id"));
        assertThat(read.json()).isEqualTo(created.json());
        assertThat(user.get("/api/sessions").json().path("items")).hasSize(1);
        assertThat(user.delete("/api/sessions/" + created.text("/id")).status()).isEqualTo(204);
        assertThat(user.get("/api/sessions/" + created.text("/id")).status()).isEqualTo(404);
    }

    @Test
    void aLaterChangeOfZoneKeepsTheDayOfASession() {
        String me = "/api/users/" + user.get("/api/users/me").text("/id");
        user.patch(me, "{\"timeZone\": \"Pacific/Kiritimati\"}");
        Instant at = Instant.now().minus(3, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        ReceivedAnswer created = user.post("/api/sessions", "{\"minutes\": 5, \"completedAt\": \"" + at + "\"}");
        String day = LocalDate.ofInstant(at, ZoneId.of("Pacific/Kiritimati")).toString();
        assertThat(created.text("/completedOn")).isEqualTo(day);

        user.patch(me, "{\"timeZone\": \"Pacific/Pago_Pago\"}");

        assertThat(user.get("/api/sessions/" + created.text("/id")).text("/completedOn"))
                .isEqualTo(day);
    }

    @Test
    void anInvalidSessionReportsEveryInvalidField() {
        ReceivedAnswer rejected = user.post(
                "/api/sessions",
                "{\"minutes\": 1441, \"sessionType\": \"nap\", \"subject\": 3, \"completedAt\": \"2020-01-01T00:00:00Z\","
                        + " \"colour\": \"red\"}");

        assertThat(rejected.status()).isEqualTo(400);
        assertThat(rejected.json().path("errors"))
                .extracting(error -> error.path("field").asString())
                .containsExactlyInAnyOrder("minutes", "sessionType", "subject", "completedAt", "colour");
        String ahead = Instant.now().plusSeconds(600).toString();
        assertThat(user.post("/api/sessions", "{\"minutes\": 5, \"completedAt\": \"" + ahead + "\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aPatchOfASessionWritesItsNextVersionAndItsEvent() {
        ReceivedAnswer created = user.post("/api/sessions", "{\"minutes\": 25, \"subject\": \"Math\"}");
        String path = "/api/sessions/" + created.text("/id");
        Instant at = Instant.now().minus(3, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

        ReceivedAnswer patched = user.call(
                "PATCH",
                path,
                "{\"minutes\": 30, \"subject\": null, \"sessionType\": \"stopwatch\", \"completedAt\": \"" + at + "\"}",
                "Content-Type",
                "application/merge-patch+json",
                "If-Match",
                "\"1\"");

        assertThat(patched.status()).as(patched.body()).isEqualTo(200);
        assertThat(patched.header("ETag")).isEqualTo("\"2\"");
        assertThat(patched.header("X-Consistency-Token")).isNotBlank();
        assertThat(patched.json().path("minutes").intValue()).isEqualTo(30);
        assertThat(patched.text("/subject")).isEmpty();
        assertThat(patched.text("/sessionType")).isEqualTo("stopwatch");
        assertThat(patched.text("/completedOn"))
                .isEqualTo(LocalDate.ofInstant(at, ZoneId.of("UTC")).toString());
        assertThat(patched.text("/createdAt")).isEqualTo(created.text("/createdAt"));
        assertThat(user.get(path).json()).isEqualTo(patched.json());
        String payload = api.sql()
                .sql("SELECT CAST(payload AS text) FROM outbox WHERE aggregate_id = :id AND aggregate_version = 2"
                        + " AND event_type = 'session.updated'")
                .param("id", created.text("/id"))
                .query(String.class)
                .single();
        assertThat(new JsonMapper().readTree(payload)).isEqualTo(patched.json());
    }

    @Test
    void aPatchOfASessionThatChangesNothingWritesNoEvent() {
        ReceivedAnswer created = user.post("/api/sessions", "{\"minutes\": 25}");
        String path = "/api/sessions/" + created.text("/id");

        ReceivedAnswer same =
                user.patch(path, "{\"minutes\": 25, \"completedAt\": \"" + created.text("/completedAt") + "\"}");

        assertThat(same.json()).isEqualTo(created.json());
        assertThat(user.patch(path, "{\"minutes\": 30}", "If-Match", "\"2\"").status())
                .isEqualTo(412);
        ReceivedAnswer rejected =
                user.patch(path, "{\"minutes\": 0, \"completedAt\": null, \"sessionType\": null, \"userId\": \"x\"}");
        assertThat(rejected.json().path("errors"))
                .extracting(error -> error.path("field").asString())
                .containsExactlyInAnyOrder("minutes", "completedAt", "sessionType", "userId");
        assertThat(api.newUser().patch(path, "{\"minutes\": 30}").status()).isEqualTo(404);
    }

    @Test
    void anOldSessionCanBePatchedWithoutItsTime() {
        String id = user.post("/api/sessions", "{\"minutes\": 25}").text("/id");
        api.sql()
                .sql("UPDATE study_sessions SET completed_at = '2020-01-01T10:00:00Z', completed_on = '2020-01-01'"
                        + " WHERE id = CAST(:id AS uuid)")
                .param("id", id)
                .update();

        ReceivedAnswer patched = user.patch("/api/sessions/" + id, "{\"minutes\": 30}");

        assertThat(patched.status()).as(patched.body()).isEqualTo(200);
        assertThat(patched.text("/completedOn")).isEqualTo("2020-01-01");
        assertThat(user.patch("/api/sessions/" + id, "{\"completedAt\": \"2020-01-02T10:00:00Z\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void sessionsAreFilteredByRangeSubjectAndTypeAndSorted() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        for (int n = 0; n < 5; n++) {
            Instant at = now.minus(n * 2L + 1, ChronoUnit.DAYS);
            user.post(
                    "/api/sessions",
                    "{\"minutes\": " + (n + 1) + ", \"subject\": \"" + (n % 2 == 0 ? "Math" : "Art")
                            + "\", \"sessionType\": \"" + (n == 4 ? "pomodoro" : "manual") + "\", \"completedAt\": \""
                            + at
                            + "\"}");
        }
        String third = LocalDate.ofInstant(now.minus(5, ChronoUnit.DAYS), ZoneId.of("UTC"))
                .toString();

        assertThat(minutes("")).containsExactly(5, 4, 3, 2, 1);
        assertThat(minutes("sort=-completedAt")).containsExactly(1, 2, 3, 4, 5);
        assertThat(minutes("sort=completedAt&subject=Math")).containsExactly(5, 3, 1);
        assertThat(minutes("sessionType=pomodoro")).containsExactly(5);
        assertThat(minutes("day=" + third)).containsExactly(3);
        assertThat(minutes("sort=completedAt&from=" + third)).containsExactly(3, 2, 1);
        assertThat(minutes("sort=-completedAt&to=" + third)).containsExactly(3, 4, 5);
        assertThat(minutes("from=0001-01-01&to=9999-12-31")).hasSize(5);
        assertThat(user.get("/api/sessions?sort=minutes&sessionType=nap&day=1")
                        .json()
                        .path("errors"))
                .extracting(fault -> fault.path("field").asString())
                .containsExactlyInAnyOrder("sort", "sessionType", "day");
    }

    @Test
    void severalSessionsAreDeletedTogetherWithOneAnswerEach() {
        String first = user.post("/api/sessions", "{\"minutes\": 1}").text("/id");
        String second = user.post("/api/sessions", "{\"minutes\": 2}").text("/id");
        String foreign = api.newUser().post("/api/sessions", "{\"minutes\": 3}").text("/id");
        String key = UUID.randomUUID().toString();

        ReceivedAnswer deleted =
                user.post("/api/sessions/bulk", bulk("delete", first, foreign, second), "Idempotency-Key", key);

        assertThat(deleted.status()).as(deleted.body()).isEqualTo(200);
        JsonNode items = deleted.json().path("items");
        assertThat(items).extracting(item -> item.path("status").intValue()).containsExactly(204, 404, 204);
        assertThat(items).extracting(item -> item.path("id").asString()).containsExactly(first, foreign, second);
        assertThat(items.get(0).path("version").longValue()).isEqualTo(2);
        assertThat(items.get(1).path("problem").path("type").asString()).endsWith("/not-found");
        assertThat(deleted.header("X-Consistency-Token")).isNotBlank();
        assertThat(user.get("/api/sessions").json().path("items")).isEmpty();
        assertThat(events(first)).containsExactly("session.created", "session.deleted");
        assertThat(events(foreign)).containsExactly("session.created");
        assertThat(user.post("/api/sessions/bulk", bulk("delete", first, foreign, second), "Idempotency-Key", key)
                        .body())
                .isEqualTo(deleted.body());
    }

    @Test
    void aBulkRequestNamesFromOneToTwentyDifferentSessions() {
        String[] ids = new String[21];
        Arrays.setAll(ids, n -> UUID.randomUUID().toString());

        assertThat(user.post("/api/sessions/bulk", bulk("delete")).status()).isEqualTo(400);
        assertThat(user.post("/api/sessions/bulk", bulk("delete", ids)).status())
                .isEqualTo(400);
        ReceivedAnswer rejected = user.post("/api/sessions/bulk", bulk("complete", ids[0], "x"));
        assertThat(rejected.json().path("errors"))
                .extracting(fault -> fault.path("field").asString())
                .containsExactlyInAnyOrder("action", "ids[1]");
    }

    private static String bulk(String action, String... ids) {
        String list =
                String.join(",", Arrays.stream(ids).map(id -> '"' + id + '"').toList());
        return "{\"action\":\"" + action + "\",\"ids\":[" + list + "]}";
    }

    private List<String> events(String session) {
        return api.sql()
                .sql("SELECT event_type FROM outbox WHERE aggregate_id = :id ORDER BY aggregate_version")
                .param("id", session)
                .query(String.class)
                .list();
    }

    /** Returns the minutes of the listed sessions, which the test reads in pages of two. */
    private List<Integer> minutes(String query) {
        List<Integer> minutes = new ArrayList<>();
        String cursor = "";
        do {
            ReceivedAnswer page = user.get("/api/sessions?limit=2&" + query + cursor);
            assertThat(page.status()).as(page.body()).isEqualTo(200);
            page.json()
                    .path("items")
                    .forEach(item -> minutes.add(item.path("minutes").intValue()));
            cursor = page.json().path("nextCursor").isNull() ? "" : "&cursor=" + page.text("/nextCursor");
        } while (!cursor.isEmpty());
        return minutes;
    }
}
