package dev.studybuddy.publisher.ordering;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds the highest acknowledged version of aggregates that are no longer in memory. An acknowledgement stays true
 * after a lease ends, so the versions are kept when leases are lost. At the bound, the least recently used aggregate is
 * dropped, which costs a read of its predecessor later.
 */
final class AcknowledgedVersions {

    private final Map<Aggregate, Long> versions;

    AcknowledgedVersions(int bound) {
        this.versions = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Aggregate, Long> eldest) {
                return size() > bound;
            }
        };
    }

    void raise(Aggregate aggregate, long version) {
        versions.merge(aggregate, version, Math::max);
    }

    /** Returns the highest version that is acknowledged or dead-lettered, or 0 if none is recorded. */
    long highest(Aggregate aggregate) {
        return versions.getOrDefault(aggregate, 0L);
    }
}
