package dev.studybuddy.publisher.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;

/** This lease table contains only shard 7. The instance under test is {@code me}. */
final class OneShardTable implements LeaseTable {

    private static final Fitness FIT = new Fitness(Duration.ZERO, Duration.ofMinutes(1));

    @Nullable
    String owner;

    long epoch;

    @Nullable
    Instant sweepRequestedAt;

    boolean free = true;
    boolean locked;
    int heartbeats;
    int cleanups;
    boolean heartbeatLocked;
    boolean heartbeatDeleted;
    /** Another database session holds a lock on the lease row during a hand-over. */
    boolean handOverLocked;

    boolean handOverIsAnswered = true;
    /** This hook runs when a renewal begins. It can move the clock or make the statement fail. */
    Runnable beforeRenewal = () -> {};

    List<Member> liveWhenHandedOver = List.of();
    final List<Member> others = new ArrayList<>();

    @Override
    public @Nullable Instant writeHeartbeat(String instance, @Nullable String address, Fitness written) {
        if (heartbeatLocked) {
            return null;
        }
        heartbeats++;
        return Instant.EPOCH;
    }

    @Override
    public Renewal renew(String instance) {
        beforeRenewal.run();
        if (locked) {
            return new Renewal(null, List.of(), Set.of(7));
        }
        return instance.equals(owner)
                ? new Renewal(Instant.EPOCH, List.of(new OwnedLease(7, epoch, sweepRequestedAt)), Set.of())
                : new Renewal(null, List.of(), Set.of());
    }

    @Override
    public List<OwnedLease> take(String instance, List<Integer> shards) {
        if (!free || !shards.contains(7)) {
            return List.of();
        }
        free = false;
        owner = instance;
        return List.of(new OwnedLease(7, ++epoch, sweepRequestedAt));
    }

    @Override
    public List<Row> rows() {
        return List.of(new Row(7, owner, epoch, free));
    }

    @Override
    public List<Member> live() {
        List<Member> live = new ArrayList<>(others);
        if (!heartbeatDeleted) {
            live.add(new Member("me", null, FIT));
        }
        return live;
    }

    @Override
    public List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor) {
        if (handOverLocked || !instance.equals(owner) || !shards.contains(new ShardEpoch(7, epoch))) {
            return List.of();
        }
        liveWhenHandedOver = live();
        owner = successor;
        epoch++;
        if (!handOverIsAnswered) {
            throw new QueryTimeoutException("the database did not answer");
        }
        return List.of(7);
    }

    @Override
    public List<Integer> free(String instance, List<ShardEpoch> shards) {
        owner = null;
        free = true;
        return List.of(7);
    }

    @Override
    public boolean deleteHeartbeat(String instance) {
        heartbeatDeleted = !heartbeatLocked;
        return heartbeatDeleted;
    }

    @Override
    public void deleteDeadHeartbeats() {
        cleanups++;
    }
}
