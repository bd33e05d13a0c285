package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.projector.workload.TopicWriter;
import java.util.List;

/** What carries events from the topics into MongoDB, or does a part of that; a process of its own. */
interface Carrier extends AutoCloseable {

    /**
     * What it did.
     *
     * @param beganMicros 0 where it reads while it works
     * @param endedMicros when the last event was in
     */
    record Drained(long beganMicros, long endedMicros) {}

    /** Tells it how far the topics will go, where it wants to know before. */
    default void announce(long total) {}

    /** Waits until all that the writer wrote is in. */
    Drained await(TopicWriter writer);

    double cpuSeconds();

    long memoryMib();

    /** What MongoDB holds, against the plain model; empty where that is the same, or where it writes nothing. */
    List<String> differences(TopicWriter writer);

    @Override
    void close();
}
