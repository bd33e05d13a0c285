package dev.studybuddy.publisher.lease;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The shards that this instance owns now: written by the lease keeper, read by the publishing thread, which answers
 * what it has drained. Safe for both; every answer is a snapshot.
 */
public final class ShardLeases {

    private final LongSupplier nanos;
    private final long guardNanos;
    private final Map<Integer, Long> drained = new HashMap<>();
    private volatile Map<Integer, Lease> owned = Map.of();
    private volatile long ownedBits;
    private volatile boolean draining;
    private volatile long changes;
    private volatile @Nullable Instant databaseNow;
    private volatile long renewedAtNanos;

    /**
     * @param nanos the monotonic clock
     * @param guardNanos a send is begun only while more than this remains of the lease
     */
    public ShardLeases(LongSupplier nanos, long guardNanos) {
        this.nanos = nanos;
        this.guardNanos = guardNanos;
        this.renewedAtNanos = nanos.getAsLong();
    }

    /** What is owned, draining shards included. */
    public Collection<Lease> owned() {
        return owned.values();
    }

    /** The shards owned, as bits. */
    public long ownedBits() {
        return ownedBits;
    }

    /** Counts the changes of what is owned, renewals included. */
    public long changes() {
        return changes;
    }

    /** Whether an owned shard is on its way to another instance. */
    public boolean anyDraining() {
        return draining;
    }

    /** The lease of a shard; null where another owns it. */
    public @Nullable Lease of(int shard) {
        return owned.get(shard);
    }

    /** Whether the shard is ours and stays so. */
    public boolean serves(int shard) {
        Lease lease = owned.get(shard);
        return lease != null && !lease.draining();
    }

    /** Whether a send for this shard may begin now. */
    public boolean maySend(int shard) {
        Lease lease = owned.get(shard);
        return lease != null && !lease.draining() && lease.remainingNanos(nanos.getAsLong()) > guardNanos;
    }

    /** The database's clock at the last renewal, so never ahead of it; null before the first. */
    public @Nullable Instant databaseNow() {
        return databaseNow;
    }

    /** Since when no renewal came back, nanoseconds. */
    public long sinceRenewalNanos() {
        return nanos.getAsLong() - renewedAtNanos;
    }

    /** Told by the publishing thread: nothing of this draining shard is under way or unmarked any more. */
    public synchronized void drained(int shard, long epoch) {
        Lease lease = owned.get(shard);
        if (lease != null && lease.draining() && lease.epoch() == epoch) {
            drained.put(shard, epoch);
        }
    }

    synchronized void renewed(@Nullable Instant now, Collection<Lease> leases) {
        Map<Integer, Lease> next = new HashMap<>();
        for (Lease lease : leases) {
            Lease before = owned.get(lease.shard());
            boolean stillDraining = before != null && before.draining() && before.epoch() == lease.epoch();
            next.put(lease.shard(), stillDraining ? lease.drain() : lease);
        }
        drained.entrySet().removeIf(entry -> {
            Lease lease = next.get(entry.getKey());
            return lease == null || lease.epoch() != entry.getValue();
        });
        own(next);
        renewedAtNanos = nanos.getAsLong();
        if (now != null) {
            databaseNow = now;
        }
    }

    private synchronized void own(Map<Integer, Lease> next) {
        long bits = 0;
        for (int shard : next.keySet()) {
            bits |= 1L << shard;
        }
        owned = Map.copyOf(next);
        ownedBits = bits;
        draining = next.values().stream().anyMatch(Lease::draining);
        changes++;
    }

    synchronized void taken(Collection<Lease> leases) {
        Map<Integer, Lease> next = new HashMap<>(owned);
        leases.forEach(lease -> next.put(lease.shard(), lease));
        own(next);
    }

    synchronized void drain(Collection<Integer> shards) {
        Map<Integer, Lease> next = new HashMap<>(owned);
        shards.forEach(shard -> next.computeIfPresent(shard, (key, lease) -> lease.drain()));
        own(next);
    }

    /** Ends the draining of shards that nobody takes. */
    synchronized void keep(Collection<Integer> shards) {
        Map<Integer, Lease> next = new HashMap<>(owned);
        shards.forEach(shard -> {
            next.computeIfPresent(shard, (key, lease) -> lease.serve());
            drained.remove(shard);
        });
        own(next);
    }

    /** Whether something drained waits to be handed over. */
    public synchronized boolean anyDrained() {
        return !drained.isEmpty();
    }

    synchronized List<ShardEpoch> drained() {
        List<ShardEpoch> answer = new ArrayList<>();
        drained.forEach((shard, epoch) -> answer.add(new ShardEpoch(shard, epoch)));
        return answer;
    }

    synchronized void gone(Collection<Integer> shards) {
        Map<Integer, Lease> next = new HashMap<>(owned);
        shards.forEach(shard -> {
            next.remove(shard);
            drained.remove(shard);
        });
        own(next);
    }
}
