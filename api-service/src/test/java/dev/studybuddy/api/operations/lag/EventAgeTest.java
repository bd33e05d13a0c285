package dev.studybuddy.api.operations.lag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventAgeTest {

    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "2026-11-28T09:59:58Z, 2",
        "2026-11-20T10:00:00Z, 86400",
        "0001-01-01T00:00:00Z, 86400",
        "-999999999-01-01T00:00:00Z, 86400",
        "9999-12-31T23:59:59Z, 0.001",
        "+999999999-12-31T23:59:59Z, 0.001"
    })
    void anAgeIsBetweenAMillisecondAndADay(Instant writtenAt, double seconds) {
        assertThat(EventAge.seconds(writtenAt, NOW)).isEqualTo(seconds);
    }

    @Test
    void theFirstAndTheLastInstantHaveAnAge() {
        assertThat(EventAge.seconds(Instant.MIN, NOW)).isEqualTo(86_400);
        assertThat(EventAge.seconds(Instant.MAX, NOW)).isEqualTo(0.001);
    }
}
