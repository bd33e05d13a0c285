package dev.studybuddy.api.operations.lag;

import java.time.Duration;
import java.time.Instant;

/**
 * This class computes the ages of events. The time of an event comes from its writer and may be any instant, for
 * example one in the year 1. Therefore the class limits each age to the range from one millisecond to one day.
 */
public final class EventAge {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    private EventAge() {}

    /** Returns the age of an event in seconds, at least 0.001 and at most 86 400. */
    public static double seconds(Instant writtenAt, Instant now) {
        Duration age = Duration.between(writtenAt, now);
        if (age.compareTo(SHORTEST) < 0) {
            age = SHORTEST;
        } else if (age.compareTo(LONGEST) > 0) {
            age = LONGEST;
        }
        return age.toNanos() / 1e9;
    }
}
