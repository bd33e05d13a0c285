package dev.studybuddy.api.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PointsHistogramTest {

    private static final int USERS = 50_000;

    @Test
    void anEstimatedRankIsCloseToTheExactOne() {
        Random random = new Random(7);
        long[] points = LongStream.generate(() -> 1 + (long) Math.exp(random.nextDouble() * 11))
                .limit(USERS)
                .toArray();
        AtomicInteger counts = new AtomicInteger();
        PointsHistogram histogram =
                PointsHistogram.build(LongStream.of(points).max().orElseThrow(), (above, upTo) -> {
                    counts.incrementAndGet();
                    return LongStream.of(points)
                            .filter(one -> one > above && one <= upTo)
                            .count();
                });

        for (long asked : new long[] {1, 2, 5, 10, 100, 1_000, 10_000}) {
            long exact = LongStream.of(points).filter(one -> one > asked).count();
            assertThat(histogram.estimateBetter(asked)).as("points %s", asked).isCloseTo(exact, within(USERS / 40L));
        }
        assertThat(counts.get()).isLessThan(300);
    }

    @Test
    void usersWithEqualPointsAreInOneBucket() {
        PointsHistogram histogram = PointsHistogram.build(60, (above, upTo) -> above < 60 && upTo >= 60 ? USERS : 0);

        assertThat(histogram.estimateBetter(60)).isZero();
        assertThat(histogram.estimateBetter(59)).isEqualTo(USERS);
    }

    @Test
    void aPeriodWithoutUsersHasNoRanks() {
        assertThat(PointsHistogram.build(0, (above, upTo) -> 0).estimateBetter(5))
                .isZero();
    }
}
