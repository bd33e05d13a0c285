package dev.studybuddy.background;

/** A monotonic clock measures elapsed time. Its readings are comparable within one process only. */
@FunctionalInterface
public interface MonotonicClock {

    /** This clock reads the JVM's monotonic clock. */
    MonotonicClock SYSTEM = System::nanoTime;

    /** Returns the reading in nanoseconds. Only the difference of two readings has a meaning. */
    long nanos();
}
