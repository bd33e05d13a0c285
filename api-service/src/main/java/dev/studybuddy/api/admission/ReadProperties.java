package dev.studybuddy.api.admission;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the settings of the reads of the read models under {@code studybuddy.reads}.
 *
 * @param concurrent At most this many requests of one instance read a leaderboard or a report at a time, and each running
 *     write lowers the number by one, to a quarter at least. If it is not set, it is twice the number of processors, and
 *     at least 4. A greater value answers more reads if MongoDB is slow, and lets reads take more of the processors from
 *     the writes.
 * @param maxWait A read of a leaderboard or a report waits at most this long for its start, and is then answered with 503. A
 *     longer wait answers more reads under load, and answers them later.
 */
@Validated
@ConfigurationProperties("studybuddy.reads")
record ReadProperties(
        @Min(1) @Max(1000) @Nullable Integer concurrent,

        @DefaultValue("500ms") @DurationMin(millis = 1) @DurationMax(seconds = 1)
        Duration maxWait) {

    private static final int LEAST_CONCURRENT = 4;

    /** Returns the largest number of reads that run at a time. */
    int concurrentOn(int processors) {
        return concurrent == null ? Math.max(LEAST_CONCURRENT, 2 * processors) : concurrent;
    }
}
