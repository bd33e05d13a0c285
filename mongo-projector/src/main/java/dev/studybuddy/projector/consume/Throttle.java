package dev.studybuddy.projector.consume;

import java.time.Duration;

/**
 * A throttle limits the speed of a generation. A live generation has no limit; a building one gives way to the live
 * ones.
 */
interface Throttle {

    /** Records the age of the oldest event of a batch that has just become visible. */
    void observe(Duration oldestEventAge);

    /** Returns whether the generation must wait now. */
    boolean isActive();

    /** Returns the throttle of a live generation, which never waits and reports the age of its events. */
    static Throttle live(LiveLag liveLag) {
        return new Throttle() {
            @Override
            public void observe(Duration oldestEventAge) {
                liveLag.observe(oldestEventAge);
            }

            @Override
            public boolean isActive() {
                return false;
            }
        };
    }

    /**
     * Returns the throttle of a building generation, which waits while this instance's live ones exceed
     * {@code maxDelay}.
     */
    static Throttle building(LiveLag liveLag, Duration maxDelay) {
        return new Throttle() {
            @Override
            public void observe(Duration oldestEventAge) {}

            @Override
            public boolean isActive() {
                return liveLag.current().compareTo(maxDelay) > 0;
            }
        };
    }
}
