package dev.studybuddy.publisher.simulation;

import java.util.Random;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;

/**
 * A slow and failing database: a statement waits before it is done, its answer waits after, together no longer than the
 * connection lets it; or it fails, before or after it took effect, or runs out of time.
 */
final class Disturbance {

    private static final int MILLI = 1_000_000;
    private static final int MOST_BEFORE_MILLIS = 2_000;
    private static final int MOST_AFTER_MILLIS = 3_900;

    private final Random random;
    private final LongConsumer pass;
    boolean on = true;
    /** The next answer comes so late. */
    long answersAfterNanos;

    /** A failure that the history put there. */
    static final class Failed extends DataAccessResourceFailureException {
        Failed() {
            super("simulated");
        }
    }

    /** A time-out that the history put there. */
    static final class TimedOut extends QueryTimeoutException {
        TimedOut() {
            super("simulated");
        }
    }

    /**
     * @param pass lets so many nanoseconds pass
     */
    Disturbance(Random random, LongConsumer pass) {
        this.random = random;
        this.pass = pass;
    }

    <T> T of(Supplier<T> statement) {
        if (!on) {
            return statement.get();
        }
        int chance = random.nextInt(500);
        if (chance < 2) {
            pass.accept((long) random.nextInt(MOST_BEFORE_MILLIS) * MILLI);
        } else if (chance == 2) {
            throw new Failed();
        } else if (chance == 3) {
            throw new TimedOut();
        }
        T answer = statement.get();
        if (answersAfterNanos > 0) {
            long late = answersAfterNanos;
            answersAfterNanos = 0;
            pass.accept(late);
        } else if (chance == 4 || chance == 5) {
            pass.accept((long) random.nextInt(MOST_AFTER_MILLIS) * MILLI);
        } else if (chance == 6) {
            throw new Failed();
        }
        return answer;
    }
}
