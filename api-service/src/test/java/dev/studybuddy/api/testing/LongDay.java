package dev.studybuddy.api.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.awaitility.Awaitility;

/** Provides the present day to tests that fill databases and compare reports of this day. */
final class LongDay {

    /** The tests of a class that use one day need less time than this on a machine that is not busy. */
    private static final Duration LEAST_REST = Duration.ofMinutes(2);

    private LongDay() {}

    /** Returns the present day in UTC. If it ends within two minutes, this method waits for the next day. */
    static LocalDate today() {
        Awaitility.await()
                .atMost(LEAST_REST.multipliedBy(2))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> restOfDay().compareTo(LEAST_REST) >= 0);
        return LocalDate.now(ZoneOffset.UTC);
    }

    private static Duration restOfDay() {
        Instant now = Instant.now();
        return Duration.between(now, now.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS));
    }
}
