package dev.studybuddy.publisher.simulation;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.Fitness;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.lease.ShardEpoch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Simulates the lease rows and heartbeats by the database's clock, which a history may shift by a node's clock offset.
 */
final class SimulatedLeases implements LeaseTable {

    /** This epoch fences nothing. */
    static final long ANY_EPOCH = -1;

    static final long TTL_NANOS = 10_000_000_000L;
    private static final long LIVE_NANOS = 5_000_000_000L;
    private static final long DEAD_AFTER_NANOS = 3_600_000_000_000L;

    private final SimulatedClock clock;
    private final DatabaseFaults databaseFaults;
    private final @Nullable String[] owners = new String[Shards.COUNT];
    private final long[] epochs = new long[Shards.COUNT];
    private final long[] expiries = new long[Shards.COUNT];
    private final @Nullable Instant[] sweepRequests = new Instant[Shards.COUNT];
    private final Map<String, Heartbeat> heartbeats = new TreeMap<>();
    /** Another database session locks the rows of these shards, so that renewals, takes and reads omit them. */
    final Set<Integer> lockedShards = new HashSet<>();

    private long moves;

    /** A heartbeat row holds the time of the heartbeat, and the times that its fitness was computed from. */
    private record Heartbeat(long seenAt, @Nullable Long succeededAt, long fitSince) {

        Fitness fitnessAt(long now) {
            return new Fitness(
                    succeededAt == null ? null : Duration.ofNanos(now - succeededAt), Duration.ofNanos(now - fitSince));
        }
    }

    SimulatedLeases(SimulatedClock clock, DatabaseFaults databaseFaults) {
        this.clock = clock;
        this.databaseFaults = databaseFaults;
        Arrays.fill(expiries, Long.MIN_VALUE);
    }

    private long now() {
        return clock.databaseNanos();
    }

    boolean owns(String instance, int shard, long epoch) {
        return instance.equals(owners[shard]) && (epochs[shard] == epoch || epoch == ANY_EPOCH);
    }

    /** Returns the number of shards that no instance owns. */
    long unownedCount() {
        return Arrays.stream(expiries).filter(expiry -> expiry < now()).count();
    }

    /** Returns how often a shard changed from one owner to another. */
    long moves() {
        return moves;
    }

    /** Returns the number of unexpired leases of an instance. */
    long countOwned(String instance) {
        return IntStream.range(0, Shards.COUNT)
                .filter(shard -> instance.equals(owners[shard]) && expiries[shard] > now())
                .count();
    }

    /** Returns whether an instance is fit according to its heartbeat row. */
    boolean isFit(String instance) {
        Heartbeat heartbeat = heartbeats.get(instance);
        return heartbeat != null && heartbeat.fitnessAt(now()).isFit();
    }

    void requestSweep(int shard) {
        sweepRequests[shard] = clock.databaseNow();
    }

    @Override
    public Instant writeHeartbeat(String instance, @Nullable String address, Fitness fitness) {
        return databaseFaults.run(() -> {
            Duration sinceSuccess = fitness.sinceSuccess();
            heartbeats.put(
                    instance,
                    new Heartbeat(
                            now(),
                            sinceSuccess == null ? null : now() - sinceSuccess.toNanos(),
                            now() - fitness.fitFor().toNanos()));
            return clock.databaseNow();
        });
    }

    @Override
    public Renewal renew(String instance) {
        return databaseFaults.run(() -> {
            List<OwnedLease> renewed = new ArrayList<>();
            for (int shard = 0; shard < Shards.COUNT; shard++) {
                if (instance.equals(owners[shard]) && expiries[shard] > now() && !lockedShards.contains(shard)) {
                    expiries[shard] = now() + TTL_NANOS;
                    renewed.add(new OwnedLease(shard, epochs[shard], sweepRequests[shard]));
                }
            }
            return new Renewal(renewed.isEmpty() ? null : clock.databaseNow(), renewed, Set.copyOf(lockedShards));
        });
    }

    @Override
    public List<OwnedLease> take(String instance, List<Integer> shards) {
        return databaseFaults.run(() -> {
            List<OwnedLease> taken = new ArrayList<>();
            for (int shard : shards) {
                if (expiries[shard] < now() && !lockedShards.contains(shard)) {
                    assign(shard, instance);
                    taken.add(new OwnedLease(shard, epochs[shard], sweepRequests[shard]));
                }
            }
            return taken;
        });
    }

    private void assign(int shard, String instance) {
        if (owners[shard] != null && !instance.equals(owners[shard])) {
            moves++;
        }
        owners[shard] = instance;
        epochs[shard]++;
        expiries[shard] = now() + TTL_NANOS;
    }

    @Override
    public List<Row> rows() {
        return databaseFaults.run(() -> {
            List<Row> rows = new ArrayList<>();
            for (int shard = 0; shard < Shards.COUNT; shard++) {
                if (lockedShards.contains(shard)) {
                    continue;
                }
                rows.add(new Row(shard, owners[shard], epochs[shard], expiries[shard] < now()));
            }
            return rows;
        });
    }

    @Override
    public List<Member> live() {
        return databaseFaults.run(() -> heartbeats.entrySet().stream()
                .filter(entry -> entry.getValue().seenAt() > now() - LIVE_NANOS)
                .map(entry -> new Member(entry.getKey(), null, entry.getValue().fitnessAt(now())))
                .toList());
    }

    @Override
    public List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor) {
        return databaseFaults.run(() -> {
            List<Integer> moved = new ArrayList<>();
            for (ShardEpoch shard : shards) {
                if (owns(instance, shard.shard(), shard.epoch())) {
                    assign(shard.shard(), successor);
                    moved.add(shard.shard());
                }
            }
            return moved;
        });
    }

    @Override
    public List<Integer> free(String instance, List<ShardEpoch> shards) {
        return databaseFaults.run(() -> {
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
    public boolean deleteHeartbeat(String instance) {
        return databaseFaults.run(() -> heartbeats.keySet().removeIf(instance::equals));
    }

    @Override
    public void deleteDeadHeartbeats() {
        databaseFaults.run(
                () -> heartbeats.values().removeIf(heartbeat -> heartbeat.seenAt() < now() - DEAD_AFTER_NANOS));
    }
}
