package dev.studybuddy.projector;

import dev.studybuddy.background.Loop;
import java.time.Duration;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Background work runs in a loop of its own from the start of the program to its end. */
public interface BackgroundWork extends SmartLifecycle {

    /** Returns the loop that does the work. */
    Loop loop();

    /** Returns how long the shutdown waits for the current round before it interrupts the round. */
    Duration stopTimeout();

    @Override
    default void start() {
        loop().start();
    }

    /**
     * Stops the loop. If its round does not end in time, this method logs a warning that names the loop, and the
     * shutdown continues.
     */
    @Override
    default void stop() {
        if (!loop().stop(stopTimeout())) {
            LoggerFactory.getLogger(getClass())
                    .atWarn()
                    .addKeyValue("loop", loop().name())
                    .addKeyValue("timeout", stopTimeout())
                    .log("The thread of a loop did not end in time; the shutdown continues");
        }
    }

    /**
     * Stops the loop on a thread of its own, so that all loops stop at the same time. The shutdown then takes as long
     * as the slowest stop, and not as long as all stops together.
     */
    @Override
    default void stop(Runnable callback) {
        Thread.ofPlatform().daemon().name("stop-" + loop().name()).start(() -> {
            try {
                stop();
            } finally {
                callback.run();
            }
        });
    }

    @Override
    default boolean isRunning() {
        return loop().isRunning();
    }
}
