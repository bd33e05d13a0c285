package dev.studybuddy.publisher.lease;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the fitness of this instance. The instance succeeds if Kafka has answered for every topic and a publishing
 * round has completed while all threads run. The time of the success is the earlier one of that answer and that round.
 * Several threads may read the fitness.
 */
public final class FitnessTracker implements Supplier<Fitness> {

    private final MonotonicClock clock;
    private final Signals signals;
    private @Nullable Long succeededAtNanos;
    private @Nullable Long fitSinceNanos;

    /**
     * Holds the sources of the fitness. Each time is a reading of the monotonic clock in nanoseconds, and is empty
     * before the first answer or round.
     *
     * @param lastAnswerNanos returns when Kafka last answered for every topic that the instance needs
     * @param lastRoundNanos returns when the last publishing round completed
     * @param threadsAlive returns false if a thread of the publisher ended by itself
     */
    public record Signals(
            Supplier<OptionalLong> lastAnswerNanos,
            Supplier<OptionalLong> lastRoundNanos,
            BooleanSupplier threadsAlive) {}

    public FitnessTracker(MonotonicClock clock, Signals signals) {
        this.clock = clock;
        this.signals = signals;
    }

    /** Returns the present fitness. */
    @Override
    public synchronized Fitness get() {
        OptionalLong answer = signals.lastAnswerNanos().get();
        OptionalLong round = signals.lastRoundNanos().get();
        if (answer.isPresent() && round.isPresent() && signals.threadsAlive().getAsBoolean()) {
            succeededAtNanos = answer.getAsLong() - round.getAsLong() < 0 ? answer.getAsLong() : round.getAsLong();
        }
        if (succeededAtNanos == null) {
            return Fitness.NEVER;
        }
        long nowNanos = clock.nanos();
        Duration sinceSuccess = Duration.ofNanos(nowNanos - succeededAtNanos);
        if (!new Fitness(sinceSuccess, Duration.ZERO).isFit()) {
            fitSinceNanos = null;
            return new Fitness(sinceSuccess, Duration.ZERO);
        }
        if (fitSinceNanos == null) {
            fitSinceNanos = nowNanos;
        }
        return new Fitness(sinceSuccess, Duration.ofNanos(nowNanos - fitSinceNanos));
    }
}
