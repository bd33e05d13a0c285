package dev.studybuddy.api.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Repeats the round of a test whose limit or whose order of events a stall of the machine can break. A fault that
 * occurs each time breaks all rounds.
 */
public final class RepeatedRounds {

    private static final int MAX_ROUNDS = 5;

    private RepeatedRounds() {}

    /**
     * Returns the result of the first round without a failed assertion and without a broken connection, or fails as the
     * last round does.
     */
    public static <T> T firstThatPasses(Callable<T> round) throws Exception {
        int failures = 0;
        while (true) {
            try {
                return round.call();
            } catch (AssertionError | IOException failed) {
                failures++;
                if (failures == MAX_ROUNDS) {
                    throw failed;
                }
            }
        }
    }

    /**
     * Fails unless one of the rounds takes less than the limit. A failed assertion in a round fails the test at once.
     *
     * @param round the round, which returns the duration that is limited
     */
    public static void assertOneTakesLessThan(Duration limit, Callable<Duration> round) throws Exception {
        Duration shortest = round.call();
        for (int rounds = 1; rounds < MAX_ROUNDS && shortest.compareTo(limit) >= 0; rounds++) {
            Duration next = round.call();
            shortest = next.compareTo(shortest) < 0 ? next : shortest;
        }
        assertThat(shortest).as("the shortest duration of several rounds").isLessThan(limit);
    }
}
