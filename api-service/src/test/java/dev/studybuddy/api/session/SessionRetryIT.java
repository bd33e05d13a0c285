package dev.studybuddy.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Primary;

/** This test moves the service's clock between the attempts of a request. */
class SessionRetryIT {

    private static final String KEY = "Idempotency-Key";

    private static TestDatabase database;
    private static RunningApi api;

    /** This clock runs ahead of the system's clock by a duration that the test sets. */
    @Primary
    static final class MovableClock extends Clock {

        private volatile Duration ahead = Duration.ZERO;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.offset(Clock.system(zone), ahead);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        void moveBy(Duration duration) {
            ahead = ahead.plus(duration);
        }
    }

    @BeforeAll
    static void start() {
        database = TestServers.newDatabase();
        api = RunningApi.on(
                database.url(),
                Map.of(
                        "spring.datasource.username", database.username(),
                        "spring.datasource.password", database.password()),
                MovableClock.class);
    }

    @AfterAll
    static void stop() {
        api.close();
        database.close();
    }

    @Test
    void aRetryReturnsTheFirstAnswerAfterItsTimeHasBecomeTooOld() {
        Client user = api.newUser();
        Instant oldest =
                Instant.now().atOffset(ZoneOffset.UTC).minusYears(1).toInstant().plus(10, ChronoUnit.MINUTES);
        String body = "{\"minutes\": 5, \"completedAt\": \"" + oldest + "\"}";
        String key = UUID.randomUUID().toString();
        ReceivedAnswer first = user.post("/api/sessions", body, KEY, key);
        assertThat(first.status()).as(first.body()).isEqualTo(201);

        // One year before 29 February is 28 February, so the earliest time moves back at the start of 29 February.
        api.bean(MovableClock.class).moveBy(Duration.ofDays(1).plusMinutes(12));

        ReceivedAnswer repeated = user.post("/api/sessions", body, KEY, key);
        assertThat(repeated.status()).as(repeated.body()).isEqualTo(201);
        assertThat(repeated.body()).isEqualTo(first.body());
        for (String header : List.of("Location", "ETag", "X-Consistency-Token", "Content-Type")) {
            assertThat(repeated.header(header)).isEqualTo(first.header(header));
        }
        ReceivedAnswer other =
                user.post("/api/sessions", body, KEY, UUID.randomUUID().toString());
        assertThat(other.text("/errors/0/field")).isEqualTo("completedAt");
    }
}
