package dev.studybuddy.publisher.publish;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Versions known to be on their topic, of aggregates that are not in memory any more: facts, so they outlive leases;
 * the oldest are dropped at the bound, which costs a look-up.
 */
final class Acknowledgements {

    private final Map<Aggregate, Long> known;

    Acknowledgements(int bound) {
        this.known = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Aggregate, Long> eldest) {
                return size() > bound;
            }
        };
    }

    void remember(Aggregate aggregate, long version) {
        known.merge(aggregate, version, Math::max);
    }

    /** The highest version known to be on the topic; 0 for none. */
    long of(Aggregate aggregate) {
        return known.getOrDefault(aggregate, 0L);
    }
}
