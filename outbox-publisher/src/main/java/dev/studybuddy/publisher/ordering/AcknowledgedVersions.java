package dev.studybuddy.publisher.ordering;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds the highest acknowledged version of aggregates that are no longer in memory. An acknowledgement stays true
 * after a lease ends, so the versions are kept when leases are lost. The number of aggregates and the characters of
 * their types and ids are bounded, because a writer chooses these texts. At a bound, the least recently used aggregates
 * are dropped, which costs reads of their predecessors later.
 */
final class AcknowledgedVersions {

    /** On average, an aggregate may have this number of characters. A character takes at most two bytes. */
    static final int MEAN_CHARS = 128;

    private final Map<Aggregate, Long> versions = new LinkedHashMap<>(16, 0.75f, true);
    private final int bound;
    private final long maxChars;
    private long chars;

    /**
     * @param bound the highest number of aggregates
     */
    AcknowledgedVersions(int bound) {
        this.bound = bound;
        this.maxChars = (long) bound * MEAN_CHARS;
    }

    void raise(Aggregate aggregate, long version) {
        Long before = versions.put(aggregate, Math.max(version, highest(aggregate)));
        if (before == null) {
            chars += chars(aggregate);
            dropLeastRecentlyUsed();
        }
    }

    private void dropLeastRecentlyUsed() {
        Iterator<Aggregate> leastRecentlyUsed = versions.keySet().iterator();
        while (versions.size() > bound || chars > maxChars) {
            chars -= chars(leastRecentlyUsed.next());
            leastRecentlyUsed.remove();
        }
    }

    private static int chars(Aggregate aggregate) {
        return aggregate.type().length() + aggregate.id().length();
    }

    /** Returns the highest version that is acknowledged or dead-lettered, or 0 if none is recorded. */
    long highest(Aggregate aggregate) {
        return versions.getOrDefault(aggregate, 0L);
    }
}
