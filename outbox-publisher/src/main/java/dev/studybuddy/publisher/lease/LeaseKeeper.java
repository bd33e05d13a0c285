package dev.studybuddy.publisher.lease;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease keeper takes, renews and hands over leases, so that this instance owns its fair share of the shards. Each
 * step runs a few statements and waits only for them, so that a simulation can freeze or crash the instance between two
 * steps. One thread at a time calls it.
 */
public final class LeaseKeeper {

    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);

    private final String instance;
    private final LeaseTable table;
    private final HeartbeatWriter heartbeatWriter;
    private final LeaseRenewer renewer;
    private final ShardLeases leases;
    private final MonotonicClock clock;
    private final long ttlNanos;
    private final LeaseListener listener;
    private final Supplier<Fitness> fitness;
    private final Consumer<Handover> wakeSuccessor;
    private final RecentAddresses addresses;
    private boolean leaving;

    /**
     * Lists the shards that a successor received.
     *
     * @param address the UDP address at which the successor receives wake-ups; null if it has none
     * @param shards the shards
     */
    public record Handover(@Nullable String address, List<Integer> shards) {}

    /**
     * Identifies the instance that keeps its leases.
     *
     * @param id the unique id of the instance
     * @param address the UDP address at which the instance receives wake-ups; null if it has none
     * @param fitness returns the present fitness of the instance
     */
    public record Identity(String id, @Nullable String address, Supplier<Fitness> fitness) {}

    public LeaseKeeper(
            Identity self,
            LeaseTable table,
            ShardLeases leases,
            MonotonicClock clock,
            Duration ttl,
            LeaseListener listener,
            Consumer<Handover> wakeSuccessor) {
        this.instance = self.id();
        this.fitness = self.fitness();
        this.table = table;
        this.heartbeatWriter = new HeartbeatWriter(self, table);
        this.leases = leases;
        this.clock = clock;
        this.ttlNanos = ttl.toNanos();
        this.listener = listener;
        this.wakeSuccessor = wakeSuccessor;
        this.renewer = new LeaseRenewer(instance, table, leases, clock, ttlNanos, listener);
        this.addresses = new RecentAddresses(clock, ttlNanos);
    }

    /**
     * Runs one heartbeat: it renews the leases, writes the heartbeat, balances the shards and hands drained shards
     * over.
     */
    public void renewAndBalance() {
        renew();
        if (leaving) {
            // A renewal may return shards whose hand-over failed, or shards that another instance has just handed over
            // to this one. They drain at once, so that the next instance receives them.
            leases.drain(leases.owned().stream().map(Lease::shard).toList());
        } else {
            Instant databaseNow = heartbeatWriter.write();
            if (databaseNow != null) {
                leases.recordDatabaseNow(databaseNow);
            }
            balance();
        }
        handOver();
    }

    /** Renews all leases, and removes the lost ones. */
    public void renew() {
        renewer.renew();
    }

    /** Takes free shards up to the quota, or starts to drain the shards that exceed it. */
    public void balance() {
        List<LeaseTable.Member> others = others(table.live());
        addresses.record(others);
        List<LeaseTable.Row> rows = table.rows();
        ShardQuota quota = ShardQuota.of(fitness.get(), others);
        List<Lease> serving =
                leases.owned().stream().filter(lease -> !lease.draining()).toList();
        if (serving.size() < quota.takesUpTo()) {
            take(FairShare.expiredShards(rows, instance, quota.takesUpTo() - serving.size()));
        } else if (serving.size() > quota.keeps()) {
            int draining = leases.owned().size() - serving.size();
            int room = FairShare.room(rows, quota.successors(), quota.successorShare()) - draining;
            List<Integer> excess = serving.stream()
                    .map(Lease::shard)
                    .sorted()
                    .limit(Math.max(0, Math.min(serving.size() - quota.keeps(), room)))
                    .toList();
            leases.drain(excess);
        }
    }

    private void take(List<Integer> shards) {
        if (shards.isEmpty()) {
            return;
        }
        long sentAt = clock.nanos();
        List<LeaseTable.OwnedLease> taken = table.take(instance, shards);
        if (!taken.isEmpty()) {
            leases.add(taken.stream()
                    .map(lease ->
                            new Lease(lease.shard(), lease.epoch(), sentAt + ttlNanos, false, lease.sweepRequestedAt()))
                    .toList());
            listener.countTakenShards(taken.size());
            log.atInfo()
                    .addKeyValue(
                            "shards",
                            taken.stream().map(LeaseTable.OwnedLease::shard).toList())
                    .log("This instance took free shards; it publishes them now");
        }
    }

    /**
     * Hands each drained shard over to a successor and sends a wake-up to the successor. A shard without a successor is
     * kept, or is freed if this instance leaves.
     */
    public void handOver() {
        if (leaving) {
            // The heartbeat is deleted before the first hand-over. A successor that still counts this instance as live
            // would hand the shards above its fair share back.
            heartbeatWriter.delete();
        }
        Fitness own = fitness.get();
        if (!own.isFit()) {
            // The publishing thread of an unfit instance may be unable to confirm that a shard is drained.
            leases.confirmOverdueDrains();
        }
        List<ShardEpoch> drained = leases.drained();
        if (drained.isEmpty()) {
            return;
        }
        List<LeaseTable.Member> others = others(table.live());
        ShardQuota quota = leaving ? ShardQuota.ofLeaving(others) : ShardQuota.of(own, others);
        Map<String, List<ShardEpoch>> successors =
                FairShare.successors(drained, table.rows(), quota.successors(), quota.successorShare());
        List<ShardEpoch> rest = new ArrayList<>(drained);
        for (Map.Entry<String, List<ShardEpoch>> entry : successors.entrySet()) {
            rest.removeAll(entry.getValue());
            List<Integer> moved = handOver(entry.getValue(), entry.getKey());
            if (!moved.isEmpty()) {
                others.stream()
                        .filter(member -> member.id().equals(entry.getKey()))
                        .findFirst()
                        .ifPresent(member -> wakeSuccessor.accept(new Handover(member.address(), moved)));
            }
        }
        if (!rest.isEmpty() && !leaving) {
            // The intended successor has left. This instance keeps the shards, because free shards would wait until the
            // next heartbeat of an instance.
            leases.cancelDrain(rest.stream().map(ShardEpoch::shard).toList());
        } else if (!rest.isEmpty()) {
            free(rest);
            leases.remove(rest.stream().map(ShardEpoch::shard).toList());
        }
    }

    private List<Integer> handOver(List<ShardEpoch> shards, String successor) {
        // The leases are removed before the statement runs. If its outcome remains unknown, only a renewal may add them
        // again.
        leases.remove(shards.stream().map(ShardEpoch::shard).toList());
        renewer.recordHandOver(shards);
        List<Integer> moved = table.handOver(instance, shards, successor);
        renewer.confirmHandOver(moved);
        if (!moved.isEmpty()) {
            log.atInfo()
                    .addKeyValue("shards", moved)
                    .addKeyValue("successor", successor)
                    .log("This instance handed shards over to a successor");
        }
        return moved;
    }

    private void free(List<ShardEpoch> shards) {
        List<Integer> freed = table.free(instance, shards);
        if (!freed.isEmpty()) {
            log.atInfo()
                    .addKeyValue("shards", freed)
                    .log("This instance freed shards; other instances take them at their next heartbeat");
        }
    }

    /** Starts a graceful stop: all shards drain, and this instance takes no further shards. */
    public void beginLeaving() {
        leaving = true;
        leases.drain(leases.owned().stream().map(Lease::shard).toList());
    }

    /**
     * Ends a graceful stop. A shard that is not drained stays owned until its lease expires. A shard that another
     * instance handed over while this one left was never served, so it is freed.
     *
     * <p>If another database session holds a lock on the heartbeat row, other instances count this one as live, and may
     * hand shards over, until the heartbeat is too old. The caller repeats this call until then.
     *
     * @return whether other instances no longer count this one as live
     */
    public boolean leave() {
        handOver();
        boolean deleted = heartbeatWriter.retryDeletion();
        Set<Integer> undrained = leases.owned().stream().map(Lease::shard).collect(Collectors.toSet());
        List<ShardEpoch> unserved = table.renew(instance).leases().stream()
                .filter(lease -> !undrained.contains(lease.shard()))
                .map(lease -> new ShardEpoch(lease.shard(), lease.epoch()))
                .toList();
        if (!unserved.isEmpty()) {
            free(unserved);
        }
        return deleted || table.live().stream().noneMatch(member -> member.id().equals(instance));
    }

    /**
     * Returns the addresses of other publishers that were live within the last TTL. A datagram from one of them signals
     * a hand-over, and any other datagram signals new events. Any thread may call this method.
     */
    public Set<String> publisherAddresses() {
        return addresses.all();
    }

    private List<LeaseTable.Member> others(List<LeaseTable.Member> live) {
        return live.stream()
                .filter(member -> !Objects.equals(member.id(), instance))
                .toList();
    }
}
