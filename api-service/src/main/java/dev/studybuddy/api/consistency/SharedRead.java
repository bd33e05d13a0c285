package dev.studybuddy.api.consistency;

import dev.studybuddy.api.mongo.ReadGeneration;
import java.time.Duration;
import java.util.OptionalLong;

/** Reads a result of a generation that may be shared with other requests, and therefore may be up to a second old. */
@FunctionalInterface
public interface SharedRead<T> {

    /**
     * Returns the result.
     *
     * @throws dev.studybuddy.api.mongo.MongoUnavailableException if MongoDB is unavailable
     */
    Answer<T> read(ReadGeneration generation, Need need);

    /**
     * A need states how recent the result should be.
     *
     * @param sinceNanos the reading of the monotonic clock at which MongoDB showed the caller's writes; empty if the
     *     caller accepts any result
     * @param maxWait the longest wait for a result that was read later
     */
    record Need(OptionalLong sinceNanos, Duration maxWait) {

        static final Need NONE = new Need(OptionalLong.empty(), Duration.ZERO);

        /** Returns whether MongoDB shows the caller's writes. */
        boolean isShown() {
            return sinceNanos.isPresent();
        }
    }

    /**
     * An answer is the result that a caller receives.
     *
     * @param current whether the result was read when MongoDB showed the caller's writes
     */
    record Answer<T>(T value, boolean current) {}
}
