package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Aggregate;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds the aggregates whose probes failed several times in a row. Their records may be the only ones that the broker
 * does not accept, so a further failure of such an aggregate blocks no destination, and only the aggregate itself
 * waits. An acknowledgement removes the aggregate.
 */
final class FailedProbes {

    /** At this bound, the aggregate that was added first is removed. Its next failure blocks its destination again. */
    private static final int MAX_AGGREGATES = 1_000;

    private final Map<Aggregate, Integer> failures = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Aggregate, Integer> eldest) {
            return size() > MAX_AGGREGATES;
        }
    };

    void add(Aggregate aggregate) {
        failures.putIfAbsent(aggregate, 0);
    }

    boolean contains(Aggregate aggregate) {
        return failures.containsKey(aggregate);
    }

    /** Records a further failure, and returns the number of those that were recorded before. */
    int recordFailure(Aggregate aggregate) {
        int before = failures.getOrDefault(aggregate, 0);
        failures.put(aggregate, before + 1);
        return before;
    }

    void remove(Aggregate aggregate) {
        failures.remove(aggregate);
    }

    void removeShard(int shard) {
        failures.keySet().removeIf(aggregate -> aggregate.shard() == shard);
    }
}
