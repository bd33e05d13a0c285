package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Aggregate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Counts the sends of each aggregate that failed in a row because of their destination. An acknowledgement of the
 * aggregate ends its count; one of another aggregate does not, because the record of this aggregate may be the only one
 * that the broker does not accept.
 *
 * <p>The broker answers a whole producer batch with one error. After a second failure, an aggregate is therefore sent
 * in isolation, until it is acknowledged. After the first failure and five further ones, it is isolated from blocks: a
 * further failure blocks no destination, and only the aggregate itself waits.
 *
 * <p>In an outage, the sends of many aggregates can fail twice. As soon as an aggregate that is sent in isolation is
 * acknowledged, the others of its partition with two failures are released: they share producer batches with other rows
 * again. A third failure ends the release of an aggregate, so that a record that makes its producer batches fail does
 * so at most once more.
 */
final class FailedSends {

    /** At this number of failures in a row, an aggregate is sent in isolation. */
    private static final int FAILURES_UNTIL_ISOLATION = 2;
    /** At this number of failures in a row, an aggregate is isolated from blocks. */
    private static final int FAILURES_UNTIL_ISOLATION_FROM_BLOCKS = 6;

    /** At this bound, the aggregate that was added first is removed, and its next failure is the first one again. */
    private static final int MAX_AGGREGATES = 1_000;

    private static final Count NONE = new Count(0, false);

    /** These counts are separate, so that an outage that fails many sends once removes none of them. */
    private final Map<Aggregate, Count> isolatedFromBlocks = new BoundedCounts();

    private final Map<Aggregate, Count> others = new BoundedCounts();

    /**
     * This record counts the failures of an aggregate.
     *
     * @param released whether the aggregate is sent with all others until its next failure
     */
    private record Count(int failures, boolean released) {

        Count next() {
            return new Count(failures + 1, false);
        }
    }

    private static final class BoundedCounts extends LinkedHashMap<Aggregate, Count> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Aggregate, Count> eldest) {
            return size() > MAX_AGGREGATES;
        }
    }

    /** Isolates an aggregate from blocks, so that its further failures block no destination. */
    void isolateFromBlocks(Aggregate aggregate) {
        others.remove(aggregate);
        isolatedFromBlocks.putIfAbsent(aggregate, new Count(FAILURES_UNTIL_ISOLATION_FROM_BLOCKS, false));
    }

    /** Returns whether an aggregate is isolated from blocks. */
    boolean isIsolatedFromBlocks(Aggregate aggregate) {
        return isolatedFromBlocks.containsKey(aggregate);
    }

    /** Returns whether an aggregate is sent in isolation. */
    boolean isSentInIsolation(Aggregate aggregate) {
        if (isIsolatedFromBlocks(aggregate)) {
            return true;
        }
        Count count = others.get(aggregate);
        return count != null && count.failures >= FAILURES_UNTIL_ISOLATION && !count.released;
    }

    /**
     * Releases the matching aggregates that have just reached the number of failures at which they are sent in
     * isolation.
     */
    void release(Predicate<Aggregate> matching) {
        for (Map.Entry<Aggregate, Count> entry : others.entrySet()) {
            Count count = entry.getValue();
            if (count.failures == FAILURES_UNTIL_ISOLATION && !count.released && matching.test(entry.getKey())) {
                entry.setValue(new Count(count.failures, true));
            }
        }
    }

    /** Records a failed send, and returns the number of failures since the aggregate was isolated from blocks. */
    int recordFailure(Aggregate aggregate) {
        if (isIsolatedFromBlocks(aggregate)) {
            return increment(isolatedFromBlocks, aggregate) - FAILURES_UNTIL_ISOLATION_FROM_BLOCKS;
        }
        if (increment(others, aggregate) >= FAILURES_UNTIL_ISOLATION_FROM_BLOCKS) {
            isolateFromBlocks(aggregate);
        }
        return 0;
    }

    private static int increment(Map<Aggregate, Count> counts, Aggregate aggregate) {
        Count count = counts.getOrDefault(aggregate, NONE).next();
        counts.put(aggregate, count);
        return count.failures;
    }

    void remove(Aggregate aggregate) {
        isolatedFromBlocks.remove(aggregate);
        others.remove(aggregate);
    }

    void removeShard(int shard) {
        isolatedFromBlocks.keySet().removeIf(aggregate -> aggregate.shard() == shard);
        others.keySet().removeIf(aggregate -> aggregate.shard() == shard);
    }
}
