package dev.studybuddy.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Answer;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.RunningApi;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class SessionsIT {

    private final RunningApi api = RunningApi.shared();
    private final Client user = api.newUser();

    @Test
    void aSessionIsManualAndCompletedNowByDefault() {
        Answer created = user.post("/api/sessions", "{\"minutes\": 25}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.text("/sessionType")).isEqualTo("manual");
        assertThat(created.text("/subject")).isEmpty();
        assertThat(Instant.parse(created.text("/completedAt")))
                .isBetween(Instant.now().minusSeconds(20), Instant.now());
        Answer read = user.get("/api/sessions/" + created.text("/id"));
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
        Answer created = user.post("/api/sessions", "{\"minutes\": 5, \"completedAt\": \"" + at + "\"}");
        String day = LocalDate.ofInstant(at, ZoneId.of("Pacific/Kiritimati")).toString();
        assertThat(created.text("/completedOn")).isEqualTo(day);

        user.patch(me, "{\"timeZone\": \"Pacific/Pago_Pago\"}");

        assertThat(user.get("/api/sessions/" + created.text("/id")).text("/completedOn"))
                .isEqualTo(day);
    }

    @Test
    void anInvalidSessionReportsEveryInvalidField() {
        Answer rejected = user.post(
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
}
