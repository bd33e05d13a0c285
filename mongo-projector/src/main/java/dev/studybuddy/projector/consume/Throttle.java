package dev.studybuddy.projector.consume;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A throttle determines when a generation must wait. A live generation does not wait, and reports how long its records
 * have been in Kafka. A building one waits while the lag of this instance's live generations exceeds a limit. A
 * generation may become live, or cease to be live, at any time. An operator may pause any generation, which then waits
 * as well.
 */
final class Throttle {

    private final LiveLag liveLag;
    private final Duration maxLag;
    private final BooleanSupplier live;
    private final BooleanSupplier paused;

    /**
     * Creates a throttle.
     *
     * @param maxLag the lag of live generations above which a building one waits
     * @param live returns whether the generation is live at present
     * @param paused returns whether an operator paused the generation
     */
    Throttle(LiveLag liveLag, Duration maxLag, BooleanSupplier live, BooleanSupplier paused) {
        this.liveLag = liveLag;
        this.maxLag = maxLag;
        this.live = live;
        this.paused = paused;
    }

    /**
     * Runs the work on one batch of each of several partitions.
     *
     * @param work returns how long the oldest record of each applied batch had been in Kafka when the batch became
     *     visible
     */
    void run(Collection<GenerationPartition> partitions, Supplier<Map<GenerationPartition, Duration>> work) {
        boolean wasLive = live.getAsBoolean();
        if (wasLive) {
            partitions.forEach(liveLag::beginWork);
        }
        try {
            Map<GenerationPartition, Duration> oldestRecordAges = work.get();
            if (wasLive) {
                oldestRecordAges.values().forEach(liveLag::recordLag);
            }
        } finally {
            if (wasLive) {
                partitions.forEach(liveLag::endWork);
            }
        }
    }

    /** Returns whether the generation must wait now. */
    boolean isActive() {
        return isPaused() || (!live.getAsBoolean() && liveLag.current().compareTo(maxLag) > 0);
    }

    /** Returns whether an operator paused the generation. */
    boolean isPaused() {
        return paused.getAsBoolean();
    }
}
