package dev.studybuddy.publisher.lease;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the leases of this instance. If a heartbeat is due, a round renews the leases, writes the heartbeat, balances
 * the shards and hands drained shards over. Otherwise it only hands drained shards over. The rounds also write the
 * starting points, and delete the heartbeats of publishers that ended long ago. One thread runs all these statements in
 * turn, so that none of them waits for a row lock of another.
 */
public final class LeaseRounds {

    private static final Logger log = LoggerFactory.getLogger(LeaseRounds.class);
    private static final long CLEANUP_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long STARTING_POINTS_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LeaseKeeper keeper;
    private final Tables tables;
    private final Supplier<List<StartingPoint>> presentPoints;
    private final Runnable afterHeartbeat;
    private final long heartbeatNanos;
    private final MonotonicClock clock;
    private volatile long nextHeartbeatNanos;
    private long nextCleanupNanos;
    private long nextStartingPointsNanos;

    /**
     * Holds the tables that the rounds write.
     *
     * @param instance the id of this instance
     */
    public record Tables(String instance, LeaseTable leases, StartingPoints startingPoints) {}

    /**
     * Creates rounds. The first one writes a heartbeat.
     *
     * @param presentPoints returns the present starting points of the owned shards
     * @param afterHeartbeat runs after each heartbeat, which may have changed the owned shards
     * @param heartbeat the time between two heartbeats
     */
    public LeaseRounds(
            LeaseKeeper keeper,
            Tables tables,
            Supplier<List<StartingPoint>> presentPoints,
            Runnable afterHeartbeat,
            Duration heartbeat,
            MonotonicClock clock) {
        this.keeper = keeper;
        this.tables = tables;
        this.presentPoints = presentPoints;
        this.afterHeartbeat = afterHeartbeat;
        this.heartbeatNanos = heartbeat.toNanos();
        this.clock = clock;
        long now = clock.nanos();
        this.nextHeartbeatNanos = now;
        this.nextCleanupNanos = now;
        this.nextStartingPointsNanos = now;
    }

    /** Makes the next heartbeat due now. Another thread may call this method. */
    public void makeHeartbeatDue() {
        nextHeartbeatNanos = clock.nanos();
    }

    /** Runs one round, and returns the wait before the next one in nanoseconds. */
    public long run() {
        long now = clock.nanos();
        if (now - nextHeartbeatNanos >= 0) {
            nextHeartbeatNanos = now + heartbeatNanos;
            try {
                keeper.renewAndBalance();
            } catch (RuntimeException e) {
                // The loop retries after its own backoff, so the retry does not wait until the next heartbeat is due.
                nextHeartbeatNanos = now;
                throw e;
            }
            if (now - nextCleanupNanos >= 0) {
                nextCleanupNanos = now + CLEANUP_INTERVAL_NANOS;
                tables.leases().deleteDeadHeartbeats();
            }
            afterHeartbeat.run();
            writeStartingPoints(now);
        } else {
            keeper.handOver();
        }
        return Math.max(1, nextHeartbeatNanos - clock.nanos());
    }

    private void writeStartingPoints(long now) {
        if (now - nextStartingPointsNanos >= 0) {
            nextStartingPointsNanos = now + STARTING_POINTS_INTERVAL_NANOS;
            List<StartingPoint> points = presentPoints.get();
            int written = points.isEmpty() ? 0 : tables.startingPoints().write(tables.instance(), points);
            if (written < points.size()) {
                log.atDebug()
                        .addKeyValue("points", points.size())
                        .addKeyValue("written", written)
                        .log("The publisher did not write some starting points, because their shards have other owners"
                                + " or their lease rows are locked");
            }
        }
    }
}
