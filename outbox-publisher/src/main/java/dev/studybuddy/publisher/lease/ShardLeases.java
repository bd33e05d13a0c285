package dev.studybuddy.publisher.lease;

import dev.studybuddy.background.MonotonicClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds the leases that this instance owns now. The lease keeper writes them, and the publishing thread reads them and
 * confirms which shards are drained. The class is thread-safe, and every result is a copy that does not change later.
 */
public final class ShardLeases {

    private final MonotonicClock clock;
    private final long guardNanos;
    private final Map<Integer, Long> drained = new HashMap<>();
    private final Map<Integer, Long> drainingSinceNanos = new HashMap<>();
    private volatile Map<Integer, Lease> owned = Map.of();
    private volatile long ownedBits;
    private volatile boolean draining;
    private volatile long changes;
    private volatile Set<Integer> lockedShards = Set.of();
    private volatile @Nullable Instant databaseNow;
    private volatile long renewedAtNanos;

    /**
     * @param clock the monotonic clock
     * @param guardNanos the guard in nanoseconds; a send starts only while more than this time of trust remains
     */
    public ShardLeases(MonotonicClock clock, long guardNanos) {
        this.clock = clock;
        this.guardNanos = guardNanos;
        this.renewedAtNanos = clock.nanos();
    }

    /** Returns the owned leases, including those of draining shards. */
    public Collection<Lease> owned() {
        return owned.values();
    }

    /** Returns the owned shards as a bit set: bit n is 1 if this instance owns shard n. */
    public long ownedBits() {
        return ownedBits;
    }

    /** Returns a count that rises with every change of the owned leases, including renewals. */
    public long changes() {
        return changes;
    }

    /** Returns whether any owned shard is draining. */
    public boolean hasDraining() {
        return draining;
    }

    /** Returns the lease of a shard, or null if this instance does not own it. */
    public @Nullable Lease of(int shard) {
        return owned.get(shard);
    }

    /** Returns whether this instance owns the shard and the shard is not draining. */
    public boolean serves(int shard) {
        Lease lease = owned.get(shard);
        return lease != null && !lease.draining();
    }

    /** Returns the number of owned shards whose leases this instance trusts now, including those that drain. */
    public long trustedCount() {
        long nowNanos = clock.nanos();
        return owned.values().stream()
                .filter(lease -> lease.remainingNanos(nowNanos) > guardNanos)
                .count();
    }

    /** Returns whether a send for this shard may start now. */
    public boolean maySend(int shard) {
        Lease lease = owned.get(shard);
        return lease != null && !lease.draining() && lease.remainingNanos(clock.nanos()) > guardNanos;
    }

    /**
     * Returns the time of the database's clock that the last renewal or heartbeat returned, or null before the first
     * one. It is never later than the present time of that clock.
     */
    public @Nullable Instant databaseNow() {
        return databaseNow;
    }

    /** Returns the time in nanoseconds since the last successful renewal, or since the start before the first one. */
    public long sinceRenewalNanos() {
        return clock.nanos() - renewedAtNanos;
    }

    /** Records that the publishing thread has no event of this draining shard in flight or unmarked. */
    public synchronized void confirmDrained(int shard, long epoch) {
        Lease lease = owned.get(shard);
        if (lease != null && lease.draining() && lease.epoch() == epoch) {
            drained.put(shard, epoch);
        }
    }

    /**
     * Confirms each shard that has been draining for longer than the guard. Every send that started before the drain
     * has ended by then, so the publishing thread need not confirm the drain. The successor repeats the events that
     * were acknowledged and not marked.
     */
    synchronized void confirmOverdueDrains() {
        long nowNanos = clock.nanos();
        drainingSinceNanos.forEach((shard, since) -> {
            Lease lease = owned.get(shard);
            if (lease != null && lease.draining() && nowNanos - since > guardNanos) {
                drained.putIfAbsent(shard, lease.epoch());
            }
        });
    }

    /**
     * Returns the shards whose lease rows other database sessions have locked, in ascending order. These shards may
     * belong to other instances.
     */
    public Set<Integer> lockedShards() {
        return lockedShards;
    }

    /** Records the shards whose lease rows other database sessions have locked, in ascending order. */
    void recordLocked(SortedSet<Integer> shards) {
        lockedShards = Collections.unmodifiableSortedSet(shards);
    }

    /** Records the time of the database's clock that a heartbeat returned. */
    void recordDatabaseNow(Instant now) {
        databaseNow = now;
    }

    /** Replaces the owned leases with those that a renewal returned. */
    synchronized void replace(@Nullable Instant now, Collection<Lease> leases) {
        Map<Integer, Lease> next = new HashMap<>();
        for (Lease lease : leases) {
            Lease before = owned.get(lease.shard());
            boolean stillDraining = before != null && before.draining() && before.epoch() == lease.epoch();
            next.put(lease.shard(), stillDraining ? lease.asDraining() : lease);
        }
        drained.entrySet().removeIf(entry -> {
            Lease lease = next.get(entry.getKey());
            return lease == null || lease.epoch() != entry.getValue();
        });
        setOwned(next);
        renewedAtNanos = clock.nanos();
        if (now != null) {
            databaseNow = now;
        }
    }

    private synchronized void setOwned(Map<Integer, Lease> next) {
        long bits = 0;
        for (int shard : next.keySet()) {
            bits |= 1L << shard;
        }
        owned = Map.copyOf(next);
        drainingSinceNanos.keySet().removeIf(shard -> {
            Lease lease = next.get(shard);
            return lease == null || !lease.draining();
        });
        next.values().stream()
                .filter(Lease::draining)
                .forEach(lease -> drainingSinceNanos.putIfAbsent(lease.shard(), clock.nanos()));
        ownedBits = bits;
        draining = next.values().stream().anyMatch(Lease::draining);
        changes++;
    }

    /** Adds leases that this instance took. */
    synchronized void add(Collection<Lease> leases) {
        Map<Integer, Lease> next = new HashMap<>(owned);
        leases.forEach(lease -> next.put(lease.shard(), lease));
        setOwned(next);
    }

    /** Starts to drain shards. */
    synchronized void drain(Collection<Integer> shards) {
        Map<Integer, Lease> next = new HashMap<>(owned);
        shards.forEach(shard -> next.computeIfPresent(shard, (key, lease) -> lease.asDraining()));
        setOwned(next);
    }

    /** Ends the draining of shards that have no successor. */
    synchronized void cancelDrain(Collection<Integer> shards) {
        Map<Integer, Lease> next = new HashMap<>(owned);
        shards.forEach(shard -> {
            next.computeIfPresent(shard, (key, lease) -> lease.asServing());
            drained.remove(shard);
        });
        setOwned(next);
    }

    /** Returns whether a drained shard waits for its hand-over. */
    public synchronized boolean hasDrained() {
        return !drained.isEmpty();
    }

    /** Returns the drained shards that wait for their hand-over. */
    synchronized List<ShardEpoch> drained() {
        List<ShardEpoch> shards = new ArrayList<>();
        drained.forEach((shard, epoch) -> shards.add(new ShardEpoch(shard, epoch)));
        return shards;
    }

    /** Removes the leases of shards that this instance no longer owns. */
    synchronized void remove(Collection<Integer> shards) {
        Map<Integer, Lease> next = new HashMap<>(owned);
        shards.forEach(shard -> {
            next.remove(shard);
            drained.remove(shard);
        });
        setOwned(next);
    }
}
