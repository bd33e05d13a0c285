package dev.studybuddy.publisher.simulation;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.lease.ShardEpoch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The lease rows and heartbeats, by the database's clock, which a history may set off by a node's clock offset. */
final class SimulatedLeases implements LeaseTable {

    /** Fences nothing. */
    static final long ANY_EPOCH = -1;

    static final long TTL_NANOS = 10_000_000_000L;
    private static final long LIVE_NANOS = 5_000_000_000L;
    private static final long LONG_GONE_NANOS = 3_600_000_000_000L;

    private final SimulatedClock clock;
    private final Disturbance disturbance;
    private final @Nullable String[] owners = new String[Shards.COUNT];
    private final long[] epochs = new long[Shards.COUNT];
    private final long[] expiries = new long[Shards.COUNT];
    private final @Nullable Instant[] sweeps = new Instant[Shards.COUNT];
    private final Map<String, Long> seen = new TreeMap<>();

    SimulatedLeases(SimulatedClock clock, Disturbance disturbance) {
        this.clock = clock;
        this.disturbance = disturbance;
        Arrays.fill(expiries, Long.MIN_VALUE);
    }

    private long now() {
        return clock.databaseNanos();
    }

    boolean owns(String instance, int shard, long epoch) {
        return instance.equals(owners[shard]) && (epochs[shard] == epoch || epoch == ANY_EPOCH);
    }

    /** How many shards nobody owns now. */
    long unowned() {
        return Arrays.stream(expiries).filter(expiry -> expiry < now()).count();
    }

    void requestSweep(int shard) {
        sweeps[shard] = clock.databaseNow();
    }

    @Override
    public void beat(String instance, @Nullable String address) {
        disturbance.of(() -> seen.put(instance, now()));
    }

    @Override
    public Renewal renew(String instance) {
        return disturbance.of(() -> {
            List<Renewed> renewed = new ArrayList<>();
            for (int shard = 0; shard < Shards.COUNT; shard++) {
                if (instance.equals(owners[shard]) && expiries[shard] > now()) {
                    expiries[shard] = now() + TTL_NANOS;
                    renewed.add(new Renewed(shard, epochs[shard], sweeps[shard]));
                }
            }
            return new Renewal(renewed.isEmpty() ? null : clock.databaseNow(), renewed);
        });
    }

    @Override
    public List<ShardEpoch> take(String instance, List<Integer> shards) {
        return disturbance.of(() -> {
            List<ShardEpoch> taken = new ArrayList<>();
            for (int shard : shards) {
                if (expiries[shard] < now()) {
                    give(shard, instance);
                    taken.add(new ShardEpoch(shard, epochs[shard]));
                }
            }
            return taken;
        });
    }

    private void give(int shard, String instance) {
        owners[shard] = instance;
        epochs[shard]++;
        expiries[shard] = now() + TTL_NANOS;
    }

    @Override
    public List<Row> rows() {
        return disturbance.of(() -> {
            List<Row> rows = new ArrayList<>();
            for (int shard = 0; shard < Shards.COUNT; shard++) {
                rows.add(new Row(shard, owners[shard], epochs[shard], expiries[shard] < now()));
            }
            return rows;
        });
    }

    @Override
    public List<Member> live() {
        return disturbance.of(() -> seen.entrySet().stream()
                .filter(entry -> entry.getValue() > now() - LIVE_NANOS)
                .map(entry -> new Member(entry.getKey(), null))
                .toList());
    }

    @Override
    public List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor) {
        return disturbance.of(() -> {
            List<Integer> moved = new ArrayList<>();
            for (ShardEpoch shard : shards) {
                if (owns(instance, shard.shard(), shard.epoch())) {
                    give(shard.shard(), successor);
                    moved.add(shard.shard());
                }
            }
            return moved;
        });
    }

    @Override
    public List<Integer> release(String instance, List<ShardEpoch> shards) {
        return disturbance.of(() -> {
            List<Integer> freed = new ArrayList<>();
            for (ShardEpoch shard : shards) {
                if (owns(instance, shard.shard(), shard.epoch())) {
                    owners[shard.shard()] = null;
                    expiries[shard.shard()] = Long.MIN_VALUE;
                    freed.add(shard.shard());
                }
            }
            return freed;
        });
    }

    @Override
    public void leave(String instance) {
        disturbance.of(() -> Objects.requireNonNullElse(seen.remove(instance), 0L));
    }

    @Override
    public void forgetDead() {
        disturbance.of(() -> seen.values().removeIf(at -> at < now() - LONG_GONE_NANOS));
    }
}
