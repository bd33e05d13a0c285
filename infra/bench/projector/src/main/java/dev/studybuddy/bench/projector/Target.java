package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.projector.workload.TopicWriter;
import java.util.List;

/** A target is a measured process that copies events from the topics into MongoDB, or does a part of this work. */
interface Target extends AutoCloseable {

    /**
     * This record holds the times of a drain, in microseconds since 1970.
     *
     * @param startMicros start of the work; 0 if the target reads while it works, so that the work starts when the
     * events become visible
     * @param endMicros time at which the last event was written
     */
    record DrainTimes(long startMicros, long endMicros) {}

    /** Announces how many records the topics will hold, for a target that needs the number in advance. */
    default void announce(long total) {}

    /** Waits until the target has processed all events that the writer wrote. */
    DrainTimes await(TopicWriter writer);

    double cpuSeconds();

    long peakMemoryMib();

    /**
     * Returns the differences between MongoDB's documents and the plain model. The list is empty if they agree or if
     * the target writes nothing.
     */
    List<String> differences(TopicWriter writer);

    @Override
    void close();
}
