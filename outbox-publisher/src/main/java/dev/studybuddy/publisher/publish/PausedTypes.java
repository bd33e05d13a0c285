package dev.studybuddy.publisher.publish;

import dev.studybuddy.outbox.OutboxPauses;
import dev.studybuddy.publisher.ordering.IndexPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds the types whose publishing an operator paused. Their rows stay in the table, and no attempt is counted. For
 * each shard, this class keeps the position of the first row that stays in the table, and a sweep begins there when the
 * type is resumed.
 */
final class PausedTypes {

    private final Map<String, SkippedPositions> skipped = new HashMap<>();
    private Set<String> types = Set.of();

    /** Returns the paused types. The value {@link OutboxPauses#ALL} stands for all types. */
    Set<String> types() {
        return types;
    }

    boolean includesAll() {
        return types.contains(OutboxPauses.ALL);
    }

    boolean includes(String type) {
        return !types.isEmpty() && (includesAll() || types.contains(type));
    }

    /**
     * Replaces the paused types.
     *
     * @return the positions from which shards must be read again, because a type is no longer paused
     */
    List<UnavailableDestinations.ResumePoint> replace(Set<String> requested) {
        types = Set.copyOf(requested);
        List<UnavailableDestinations.ResumePoint> points = new ArrayList<>();
        skipped.entrySet().removeIf(entry -> {
            boolean resumed = !includes(entry.getKey());
            if (resumed) {
                points.addAll(entry.getValue().resumePoints());
            }
            return resumed;
        });
        return points;
    }

    /** Records that a row of a paused type stays in the table. */
    void recordSkipped(String type, int shard, IndexPosition from) {
        skipped.computeIfAbsent(type, key -> new SkippedPositions()).add(shard, from);
    }

    /** Records that rows of a paused type stay in the table. */
    void recordSkipped(String type, SkippedPositions positions) {
        skipped.computeIfAbsent(type, key -> new SkippedPositions()).addAll(positions);
    }

    /** Removes the positions of a shard that this instance no longer serves. */
    void removeShard(int shard) {
        skipped.values().forEach(positions -> positions.removeShard(shard));
        skipped.values().removeIf(SkippedPositions::isEmpty);
    }
}
