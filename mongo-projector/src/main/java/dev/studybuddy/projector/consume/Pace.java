package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.lag.LiveDelay;
import java.time.Duration;

/** How fast a generation may go: a live one as fast as it can, a building one as the live ones allow. */
interface Pace {

    /** A batch is in; how old its oldest event was then. */
    void observe(Duration oldest);

    /** Whether it has to give way now. */
    boolean hold();

    /** Of a live generation. */
    static Pace live(LiveDelay delay) {
        return new Pace() {
            @Override
            public void observe(Duration oldest) {
                delay.observe(oldest);
            }

            @Override
            public boolean hold() {
                return false;
            }
        };
    }

    /** Of a building generation: it waits while the live ones of this instance are later than that. */
    static Pace building(LiveDelay delay, Duration most) {
        return new Pace() {
            @Override
            public void observe(Duration oldest) {}

            @Override
            public boolean hold() {
                return delay.current().compareTo(most) > 0;
            }
        };
    }
}
