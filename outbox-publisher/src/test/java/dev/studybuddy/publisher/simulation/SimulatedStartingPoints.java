package dev.studybuddy.publisher.simulation;

import dev.studybuddy.publisher.lease.StartingPoint;
import dev.studybuddy.publisher.lease.StartingPoints;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Simulates the stored starting points. A point may be lost, and it may be wrong: a history returns the present time in
 * place of a stored point, so that the new owner begins after rows that are pending.
 */
final class SimulatedStartingPoints implements StartingPoints {

    private final SimulatedClock clock;
    private final DatabaseFaults databaseFaults;
    private final SimulatedLeases leases;
    private final Random random;
    private final Map<Integer, Instant> points = new HashMap<>();

    SimulatedStartingPoints(
            SimulatedClock clock, DatabaseFaults databaseFaults, SimulatedLeases leases, Random random) {
        this.clock = clock;
        this.databaseFaults = databaseFaults;
        this.leases = leases;
        this.random = random;
    }

    @Override
    public Map<Integer, Instant> read(Collection<Integer> shards) {
        return databaseFaults.run(() -> {
            Instant now = clock.databaseNow();
            Map<Integer, Instant> found = new HashMap<>();
            for (int shard : shards) {
                Instant stored = points.get(shard);
                if (stored != null && random.nextInt(4) > 0) {
                    found.put(shard, random.nextBoolean() || stored.isAfter(now) ? now : stored);
                }
            }
            return found;
        });
    }

    @Override
    public int write(String instance, Collection<StartingPoint> written) {
        return databaseFaults.run(() -> {
            int count = 0;
            for (StartingPoint point : written) {
                if (leases.owns(instance, point.shard(), point.epoch())) {
                    points.put(point.shard(), point.readUpTo());
                    count++;
                }
            }
            return count;
        });
    }
}
