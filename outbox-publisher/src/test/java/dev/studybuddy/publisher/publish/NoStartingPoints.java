package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.lease.StartingPoint;
import dev.studybuddy.publisher.lease.StartingPoints;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/** Stores nothing, so that each cursor begins at the start. */
final class NoStartingPoints implements StartingPoints {

    @Override
    public Map<Integer, Instant> read(Collection<Integer> shards) {
        return Map.of();
    }

    @Override
    public int write(String instance, Collection<StartingPoint> points) {
        return points.size();
    }
}
