package dev.studybuddy.api.consistency;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Counts the requests that wait, in total and of each caller, and limits both numbers. A caller who stands for several
 * people is limited only by the total number. The class is thread-safe.
 */
final class CallerWaits {

    private final int max;
    private final int maxPerCaller;
    private final Predicate<UUID> shared;
    private final Map<UUID, Integer> byCaller = new HashMap<>();
    private int count;

    /**
     * Creates the counter.
     *
     * @param max the largest number of waits
     * @param maxPerCaller the largest number of waits of one caller
     * @param shared whether a caller stands for several people
     */
    CallerWaits(int max, int maxPerCaller, Predicate<UUID> shared) {
        this.max = max;
        this.maxPerCaller = maxPerCaller;
        this.shared = shared;
    }

    /** Adds a wait of a caller. Returns false if too many requests wait already. */
    synchronized boolean add(UUID caller) {
        int maxOfCaller = shared.test(caller) ? max : maxPerCaller;
        if (count >= max || byCaller.getOrDefault(caller, 0) >= maxOfCaller) {
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
