package dev.studybuddy.publisher.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FitnessTrackerTest {

    private static final long SECOND_NANOS = 1_000_000_000L;

    private long now = -3 * SECOND_NANOS;
    private OptionalLong lastAnswer = OptionalLong.empty();
    private OptionalLong lastRound = OptionalLong.empty();
    private boolean threadsAlive = true;
    private final FitnessTracker tracker = new FitnessTracker(
            () -> now, new FitnessTracker.Signals(() -> lastAnswer, () -> lastRound, () -> threadsAlive));

    @Test
    void anInstanceWithoutAnAnswerAndARoundNeverSucceeded() {
        assertThat(tracker.get()).isEqualTo(Fitness.NEVER);
        lastRound = OptionalLong.of(now);
        assertThat(tracker.get()).isEqualTo(Fitness.NEVER);
        assertThat(tracker.get().isFit()).isFalse();

        lastAnswer = OptionalLong.of(now);
        assertThat(tracker.get().isFit()).isTrue();
    }

    @Test
    void theEarlierOneOfAnswerAndRoundIsTheSuccess() {
        succeed();
        advance(7);
        lastRound = OptionalLong.of(now);
        assertThat(tracker.get()).isEqualTo(new Fitness(Duration.ofSeconds(7), Duration.ofSeconds(7)));

        advance(4);
        lastRound = OptionalLong.of(now);
        assertThat(tracker.get()).isEqualTo(new Fitness(Duration.ofSeconds(11), Duration.ZERO));
        assertThat(tracker.get().isFit()).isFalse();
    }

    @Test
    void roundsThatFailMakeAnInstanceUnfit() {
        succeed();
        advance(11);
        lastAnswer = OptionalLong.of(now);

        assertThat(tracker.get().isFit()).isFalse();
    }

    @Test
    void anEndedThreadMakesAnInstanceUnfitForEver() {
        succeed();
        threadsAlive = false;
        for (int second = 0; second < 11; second++) {
            advance(1);
            lastAnswer = OptionalLong.of(now);
            lastRound = OptionalLong.of(now);
            tracker.get();
        }

        assertThat(tracker.get()).isEqualTo(new Fitness(Duration.ofSeconds(11), Duration.ZERO));
    }

    @Test
    void theTimeOfBeingFitBeginsAgainAfterABreak() {
        succeed();
        advance(30);
        assertThat(tracker.get().isFit()).isFalse();
        succeed();
        advance(2);

        assertThat(tracker.get().fitFor()).isEqualTo(Duration.ofSeconds(2));
    }

    private void succeed() {
        lastAnswer = OptionalLong.of(now);
        lastRound = OptionalLong.of(now);
        tracker.get();
    }

    private void advance(int seconds) {
        now += seconds * SECOND_NANOS;
    }
}
