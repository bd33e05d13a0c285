package dev.studybuddy.publisher.simulation;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.lease.ShardEpoch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The lease rows and heartbeats, by the database's clock, which a history may set off by a node's clock offset. */
final class SimulatedLeases implements LeaseTable {

    private static final long LIVE_NANOS = 5_000_000_000L;
    private static final Instant EPOCH = Instant.parse("2026-11-23T00:00:00Z");

    private final LongSupplier nanos;
    private final long ttlNanos;
    private final Runnable delay;
    private final @Nullable String[] owners = new String[Shards.COUNT];
    private final long[] epochs = new long[Shards.COUNT];
    private final long[] expiries = new long[Shards.COUNT];
    private final Map<String, Long> seen = new TreeMap<>();
    /** How far the node that answers is ahead. */
    long offsetNanos;

    /**
     * @param delay what passes before and after a statement, on a slow database
     */
    SimulatedLeases(LongSupplier nanos, long ttlNanos, Runnable delay) {
        this.delay = delay;
        this.nanos = nanos;
        this.ttlNanos = ttlNanos;
        Arrays.fill(expiries, Long.MIN_VALUE);
    }

    private long now() {
        return nanos.getAsLong() + offsetNanos;
    }

    boolean owns(String instance, int shard, long epoch) {
        return instance.equals(owners[shard]) && epochs[shard] == epoch;
    }

    @Override
    public void beat(String instance, @Nullable String address) {
        seen.put(instance, now());
    }

    @Override
    public Renewal renew(String instance) {
        delay.run();
        List<Renewed> renewed = new ArrayList<>();
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            if (instance.equals(owners[shard]) && expiries[shard] > now()) {
                expiries[shard] = now() + ttlNanos;
                renewed.add(new Renewed(shard, epochs[shard], null));
            }
        }
        delay.run();
        return new Renewal(renewed.isEmpty() ? null : EPOCH.plusNanos(nanos.getAsLong()), renewed);
    }

    @Override
    public List<ShardEpoch> take(String instance, List<Integer> shards) {
        delay.run();
        List<ShardEpoch> taken = new ArrayList<>();
        for (int shard : shards) {
            if (expiries[shard] < now()) {
                give(shard, instance);
                taken.add(new ShardEpoch(shard, epochs[shard]));
            }
        }
        delay.run();
        return taken;
    }

    private void give(int shard, String instance) {
        owners[shard] = instance;
        epochs[shard]++;
        expiries[shard] = now() + ttlNanos;
    }

    @Override
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            rows.add(new Row(shard, owners[shard], epochs[shard], expiries[shard] < now()));
        }
        return rows;
    }

    @Override
    public List<Member> live() {
        return seen.entrySet().stream()
                .filter(entry -> entry.getValue() > now() - LIVE_NANOS)
                .map(entry -> new Member(entry.getKey(), null))
                .toList();
    }

    @Override
    public List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor) {
        List<Integer> moved = new ArrayList<>();
        for (ShardEpoch shard : shards) {
            if (owns(instance, shard.shard(), shard.epoch())) {
                give(shard.shard(), successor);
                moved.add(shard.shard());
            }
        }
        return moved;
    }

    @Override
    public List<Integer> release(String instance, List<ShardEpoch> shards) {
        List<Integer> freed = new ArrayList<>();
        for (ShardEpoch shard : shards) {
            if (owns(instance, shard.shard(), shard.epoch())) {
                owners[shard.shard()] = null;
                expiries[shard.shard()] = Long.MIN_VALUE;
                freed.add(shard.shard());
            }
        }
        return freed;
    }

    @Override
    public void leave(String instance) {
        seen.remove(instance);
    }

    @Override
    public void forgetDead() {
        // Nothing is counted by dead rows here.
        seen.values().removeIf(at -> at < now() - 3600 * LIVE_NANOS);
    }
}
