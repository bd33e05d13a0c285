package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.publish.UnavailableDestinations.ResumePoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds, for each shard, the position of the first row that stayed in the table. */
final class SkippedPositions {

    private final Map<Integer, IndexPosition> firstByShard = new HashMap<>();

    void add(int shard, IndexPosition position) {
        firstByShard.merge(shard, position, (a, b) -> b.isBefore(a) ? b : a);
    }

    void addAll(SkippedPositions others) {
        others.firstByShard.forEach(this::add);
    }

    void removeShard(int shard) {
        firstByShard.remove(shard);
    }

    boolean isEmpty() {
        return firstByShard.isEmpty();
    }

    /** Returns the positions from which the shards must be read again. */
    List<ResumePoint> resumePoints() {
        return firstByShard.entrySet().stream()
                .map(first -> new ResumePoint(first.getKey(), first.getValue()))
                .toList();
    }
}
