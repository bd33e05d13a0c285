package dev.studybuddy.api.consistency;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Counts the requests that wait, in total and of each caller, and limits both numbers. The class is thread-safe. */
final class CallerWaits {

    private final int max;
    private final int maxPerCaller;
    private final Map<UUID, Integer> byCaller = new HashMap<>();
    private int count;

    /**
     * Creates the counter.
     *
     * @param max the largest number of waits
     * @param maxPerCaller the largest number of waits of one caller
     */
    CallerWaits(int max, int maxPerCaller) {
        this.max = max;
        this.maxPerCaller = maxPerCaller;
    }

    /** Adds a wait of a caller. Returns false if too many requests wait already. */
    synchronized boolean add(UUID caller) {
        if (count >= max || byCaller.getOrDefault(caller, 0) >= maxPerCaller) {
            return false;
        }
        count++;
        byCaller.merge(caller, 1, Integer::sum);
        return true;
    }

    /** Removes a wait of a caller, which was added before. */
    synchronized void remove(UUID caller) {
        count--;
        byCaller.computeIfPresent(caller, (any, ofCaller) -> ofCaller == 1 ? null : ofCaller - 1);
    }
}
