package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Aggregate;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the sends of each aggregate that failed in a row because of their destination. An acknowledgement of the
 * aggregate ends its count; one of another aggregate does not, because the record of this aggregate may be the only one
 * that the broker does not accept.
 *
 * <p>The broker answers a whole producer batch by one error. After a second failure, an aggregate is therefore sent
 * apart from all others, until it is acknowledged. After the first failure and five further ones, it is a failed probe:
 * a further failure blocks no destination, and only the aggregate itself waits.
 */
final class FailedProbes {

    /** At this number of failures in a row, an aggregate is sent apart from all others. */
    private static final int FAILURES_UNTIL_APART = 2;
    /** At this number of failures in a row, an aggregate is a failed probe. */
    private static final int FAILURES_UNTIL_FAILED = 6;

    /** At this bound, the aggregate that was added first is removed, and its next failure is the first one again. */
    private static final int MAX_AGGREGATES = 1_000;

    /** The failed probes are separate, so that an outage that fails many sends once removes none of them. */
    private final Map<Aggregate, Integer> failed = new BoundedCounts();

    private final Map<Aggregate, Integer> others = new BoundedCounts();

    private static final class BoundedCounts extends LinkedHashMap<Aggregate, Integer> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Aggregate, Integer> eldest) {
            return size() > MAX_AGGREGATES;
        }
    }

    /** Makes an aggregate a failed probe. */
    void add(Aggregate aggregate) {
        others.remove(aggregate);
        failed.putIfAbsent(aggregate, FAILURES_UNTIL_FAILED);
    }

    /** Returns whether an aggregate is a failed probe. */
    boolean contains(Aggregate aggregate) {
        return failed.containsKey(aggregate);
    }

    /** Returns whether an aggregate is sent apart from all others. */
    boolean isSentApart(Aggregate aggregate) {
        return contains(aggregate) || others.getOrDefault(aggregate, 0) >= FAILURES_UNTIL_APART;
    }

    /** Records a failed send, and returns the number of failures since the aggregate became a failed probe. */
    int recordFailure(Aggregate aggregate) {
        if (contains(aggregate)) {
            return failed.merge(aggregate, 1, Integer::sum) - FAILURES_UNTIL_FAILED;
        }
        int failures = others.merge(aggregate, 1, Integer::sum);
        if (failures >= FAILURES_UNTIL_FAILED) {
            add(aggregate);
        }
        return 0;
    }

    void remove(Aggregate aggregate) {
        failed.remove(aggregate);
        others.remove(aggregate);
    }

    void removeShard(int shard) {
        failed.keySet().removeIf(aggregate -> aggregate.shard() == shard);
        others.keySet().removeIf(aggregate -> aggregate.shard() == shard);
    }
}
