package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Aggregate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds some of the aggregates that wait for a blocked destination and can be its next probe. */
final class ProbeCandidates {

    private static final int MAX_CANDIDATES = 16;

    /** The value of an aggregate is its lowest version that stays in the table. */
    private final Map<Aggregate, Long> versions = new LinkedHashMap<>();

    void add(Aggregate aggregate, long version) {
        if (versions.size() < MAX_CANDIDATES || versions.containsKey(aggregate)) {
            versions.merge(aggregate, version, Math::min);
        }
    }

    void addAll(ProbeCandidates other) {
        other.versions.forEach(this::add);
    }

    /** Removes and returns the candidate that was added first, or returns null if there is none. */
    UnavailableDestinations.@Nullable ProbedAggregate poll() {
        return versions.entrySet().stream()
                .findFirst()
                .map(first -> {
                    versions.remove(first.getKey());
                    return new UnavailableDestinations.ProbedAggregate(first.getKey(), first.getValue());
                })
                .orElse(null);
    }

    void remove(Aggregate aggregate) {
        versions.remove(aggregate);
    }

    void removeShard(int shard) {
        versions.keySet().removeIf(aggregate -> aggregate.shard() == shard);
    }
}
