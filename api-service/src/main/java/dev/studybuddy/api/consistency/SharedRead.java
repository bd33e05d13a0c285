package dev.studybuddy.api.consistency;

import dev.studybuddy.api.mongo.ReadGeneration;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Reads a result from a generation. Other requests may share the result, so it may be up to twice as old as the maximum
 * age of the cache.
 */
@FunctionalInterface
public interface SharedRead<T> {

    /**
     * Returns the result.
     *
     * @throws dev.studybuddy.api.mongo.MongoUnavailableException if MongoDB is unavailable
     */
    Result<T> read(ReadGeneration generation, Freshness freshness);

    /**
     * A freshness states how recent the result should be.
     *
     * @param sinceNanos the reading of the monotonic clock at which MongoDB showed the caller's writes; empty if the
     *     caller accepts any result
     * @param maxWait the longest wait for a result that is read at that time or later
     */
    record Freshness(OptionalLong sinceNanos, Duration maxWait) {

        static final Freshness NONE = new Freshness(OptionalLong.empty(), Duration.ZERO);

        /** Returns whether MongoDB shows the caller's writes. */
        public boolean showsWrites() {
            return sinceNanos.isPresent();
        }
    }

    /**
     * A result is the value that a caller receives.
     *
     * @param current whether the read of the result began after MongoDB showed the caller's writes
     */
    record Result<T>(T value, boolean current) {}
}
