package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.lease.StartingPoint;
import dev.studybuddy.publisher.lease.StartingPoints;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.Ordering;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds one cursor for each shard that this instance serves. A cursor exists from the acquisition of the lease until
 * the lease is lost or drains.
 */
final class ShardCursors {

    private final Ordering ordering;
    private final UnavailableDestinations destinations;
    private final ShardLeases leases;
    private final StartingPoints startingPoints;
    private final Duration window;
    private final Map<Integer, ShardCursor> byShard = new HashMap<>();
    /** This is the count of lease changes that was applied last. */
    private long appliedChanges = -1;

    /**
     * @param window the longest delay of a late commit; a cursor begins this long before its starting point
     */
    ShardCursors(
            Ordering ordering,
            UnavailableDestinations destinations,
            ShardLeases leases,
            StartingPoints startingPoints,
            Duration window) {
        this.ordering = ordering;
        this.destinations = destinations;
        this.leases = leases;
        this.startingPoints = startingPoints;
        this.window = window;
    }

    /**
     * Applies the current leases, and begins the probes of blocked destinations that are due. New shards get a cursor,
     * and lost and draining shards lose theirs. A draining shard is reported as drained once none of its rows is in
     * flight or has an outcome that is not written yet.
     *
     * @param blockReason returns the reason why a type's topic is still blocked, or null if it can be tried again
     */
    void update(long nowNanos, Function<String, @Nullable String> blockReason) {
        long changes = leases.changes();
        if (changes != appliedChanges || leases.hasDraining()) {
            applyLeases(leases.owned(), nowNanos);
            appliedChanges = changes;
        }
        UnavailableDestinations.DueWork due = destinations.beginDueProbes(nowNanos, blockReason);
        due.probes().forEach(probe -> ordering.deferred().defer(probe.aggregate(), probe.version(), nowNanos));
        due.resumePoints().forEach(this::resume);
    }

    /** Reads a shard again from a position, because a block or a pause ended. */
    void resume(UnavailableDestinations.ResumePoint point) {
        ShardCursor cursor = byShard.get(point.shard());
        if (cursor != null) {
            cursor.sweepFrom(point.from());
        }
    }

    /**
     * Returns whether the skipped rows of a shard may be read now. A running sweep ends first: if it were moved back,
     * it might never end.
     */
    boolean mayReadHolds(int shard) {
        ShardCursor cursor = byShard.get(shard);
        return cursor == null || !cursor.isSweeping();
    }

    /**
     * Begins a sweep that reads skipped rows again. It covers late commits too, because no other sweep begins
     * before it ends.
     */
    void resumeHolds(UnavailableDestinations.ResumePoint point) {
        ShardCursor cursor = byShard.get(point.shard());
        if (cursor != null) {
            cursor.beginLateSweep(leases.databaseNow(), window);
            cursor.sweepFrom(point.from());
        }
    }

    private void applyLeases(Collection<Lease> owned, long nowNanos) {
        for (ShardCursor cursor : List.copyOf(byShard.values())) {
            Lease lease = leases.of(cursor.shard);
            if (lease == null || lease.epoch() != cursor.epoch || lease.draining()) {
                byShard.remove(cursor.shard);
                ordering.removeShard(cursor.shard, nowNanos);
                destinations.removeShard(cursor.shard);
            }
        }
        List<Lease> served = new ArrayList<>();
        for (Lease lease : owned) {
            if (lease.draining()) {
                if (ordering.countUnfinished(lease.shard()) == 0) {
                    leases.confirmDrained(lease.shard(), lease.epoch());
                }
            } else {
                served.add(lease);
            }
        }
        addCursors(served, nowNanos);
        served.forEach(lease -> applySweepRequest(lease, nowNanos));
    }

    /** Adds the cursors of new shards. The statement that reads their starting points may fail. */
    private void addCursors(List<Lease> served, long nowNanos) {
        List<Lease> added = served.stream()
                .filter(lease -> !byShard.containsKey(lease.shard()))
                .toList();
        if (added.isEmpty()) {
            return;
        }
        Map<Integer, Instant> points =
                startingPoints.read(added.stream().map(Lease::shard).toList());
        for (Lease lease : added) {
            Instant point = points.get(lease.shard());
            IndexPosition start = point == null
                    ? IndexPosition.START
                    : IndexPosition.from(point).minus(window);
            byShard.put(lease.shard(), new ShardCursor(lease, start, leases.databaseNow(), nowNanos));
        }
    }

    /** Returns the starting points that the next owners of the shards need. */
    List<StartingPoint> startingPoints() {
        List<StartingPoint> points = new ArrayList<>();
        for (ShardCursor cursor : byShard.values()) {
            Instant startingPoint = cursor.startingPoint();
            if (startingPoint != null) {
                points.add(new StartingPoint(cursor.shard, cursor.epoch, startingPoint));
            }
        }
        return points;
    }

    private void applySweepRequest(Lease lease, long nowNanos) {
        ShardCursor cursor = of(lease.shard());
        if (cursor.isNewSweepRequest(lease.sweepRequestedAt())) {
            ordering.deferred().makeShardDue(lease.shard(), nowNanos);
            cursor.sweepFrom(IndexPosition.START);
        }
    }

    Collection<ShardCursor> all() {
        return byShard.values();
    }

    /** Returns the cursor of a served shard. */
    ShardCursor of(int shard) {
        ShardCursor cursor = byShard.get(shard);
        if (cursor == null) {
            throw new IllegalStateException("There is no cursor for shard " + shard);
        }
        return cursor;
    }
}
