package dev.studybuddy.publisher;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.publish.PublishLoop;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Runs the rounds of the publishing thread, checks that sends have outcomes, and records when a round completed. */
final class PublishRounds {

    private final PublishLoop publishLoop;
    private final OutcomeDeadline outcomeDeadline;
    private final Runnable afterRound;
    private final MonotonicClock clock;
    private volatile @Nullable Long completedNanos;

    /**
     * @param afterRound runs after each round, which may have drained shards
     */
    PublishRounds(PublishLoop publishLoop, OutcomeDeadline outcomeDeadline, Runnable afterRound, MonotonicClock clock) {
        this.publishLoop = publishLoop;
        this.outcomeDeadline = outcomeDeadline;
        this.afterRound = afterRound;
        this.clock = clock;
    }

    /**
     * Runs one round, and returns the wait before the next one in nanoseconds.
     *
     * @throws OutcomeDeadline.LostOutcomeError if a send has had no outcome for too long
     */
    long run() {
        long wait = publishLoop.runRound();
        outcomeDeadline.check(publishLoop.longestSendNanos());
        completedNanos = clock.nanos();
        afterRound.run();
        return wait;
    }

    /** Returns the monotonic time at which the last round completed, or empty before the first one. */
    OptionalLong lastCompletedNanos() {
        Long nanos = completedNanos;
        return nanos == null ? OptionalLong.empty() : OptionalLong.of(nanos);
    }
}
