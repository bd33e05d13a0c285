package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Position;
import dev.studybuddy.publisher.publish.BlockedDestinations.ResumePoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds, for each shard, the first position whose row stayed in the table. */
final class SkippedPositions {

    private final Map<Integer, Position> firstByShard = new HashMap<>();

    void add(int shard, Position position) {
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
