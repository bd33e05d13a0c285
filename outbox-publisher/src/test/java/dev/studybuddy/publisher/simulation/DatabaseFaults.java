package dev.studybuddy.publisher.simulation;

import java.util.Random;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;

/**
 * Simulates a slow and failing database. A statement may take effect late, by less than the statement timeout of 2 s,
 * and its answer may be late by less than the socket timeout of 4 s. A statement may also fail before or after it takes
 * effect, or time out.
 */
final class DatabaseFaults {

    private static final int MILLI = 1_000_000;
    private static final int MAX_BEFORE_MILLIS = 2_000;
    private static final int MAX_AFTER_MILLIS = 3_900;

    private final Random random;
    private final LongConsumer passTime;
    boolean enabled = true;
    /** The next answer is late by this time. */
    long nextAnswerDelayNanos;

    /** A history injects this failure. */
    static final class Failed extends DataAccessResourceFailureException {
        Failed() {
            super("simulated");
        }
    }

    /** A history injects this timeout. */
    static final class TimedOut extends QueryTimeoutException {
        TimedOut() {
            super("simulated");
        }
    }

    /**
     * @param passTime advances the history by the given time in nanoseconds
     */
    DatabaseFaults(Random random, LongConsumer passTime) {
        this.random = random;
        this.passTime = passTime;
    }

    <T> T run(Supplier<T> statement) {
        if (!enabled) {
            return statement.get();
        }
        int chance = random.nextInt(500);
        if (chance < 2) {
            passTime.accept((long) random.nextInt(MAX_BEFORE_MILLIS) * MILLI);
        } else if (chance == 2) {
            throw new Failed();
        } else if (chance == 3) {
            throw new TimedOut();
        }
        T answer = statement.get();
        if (nextAnswerDelayNanos > 0) {
            long delayNanos = nextAnswerDelayNanos;
            nextAnswerDelayNanos = 0;
            passTime.accept(delayNanos);
        } else if (chance == 4 || chance == 5) {
            passTime.accept((long) random.nextInt(MAX_AFTER_MILLIS) * MILLI);
        } else if (chance == 6) {
            throw new Failed();
        }
        return answer;
    }
}
