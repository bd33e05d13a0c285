package dev.studybuddy.publisher.lease;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease keeper owns this instance's fair share of the shards. Each step runs a few statements and does not wait, so
 * that a simulation can freeze or crash the instance between two steps. One thread at a time drives it.
 */
public final class LeaseKeeper {

    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);

    private final String instance;
    private final LeaseTable table;
    private final Heartbeat heartbeat;
    private final ShardLeases leases;
    private final MonotonicClock clock;
    private final long ttlNanos;
    private final LeaseListener listener;
    private final Supplier<Fitness> fitness;
    private final Consumer<Handover> wakeSuccessor;
    private final RecentAddresses addresses;
    private boolean leaving;
    private Set<Integer> locked = Set.of();
    /** The hand-over of these leases did not take effect, or its outcome is not known. */
    private final Set<ShardEpoch> unconfirmed = new HashSet<>();

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
        this.heartbeat = new Heartbeat(self, table);
        this.leases = leases;
        this.clock = clock;
        this.ttlNanos = ttl.toNanos();
        this.listener = listener;
        this.wakeSuccessor = wakeSuccessor;
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
            Instant databaseNow = heartbeat.write();
            if (databaseNow != null) {
                leases.recordDatabaseNow(databaseNow);
            }
            balance();
        }
        handOver();
    }

    /**
     * Renews all leases. A lease that the result lacks is lost, unless its row is locked: then it stays as it is, and
     * its trust ends if it is not renewed in time. Trust counts from before the statement was sent.
     */
    public void renew() {
        long sentAt = clock.nanos();
        LeaseTable.Renewal renewal = table.renew(instance);
        List<Lease> renewed = new ArrayList<>();
        renewal.leases()
                .forEach(lease -> renewed.add(
                        new Lease(lease.shard(), lease.epoch(), sentAt + ttlNanos, false, lease.sweepRequestedAt())));
        leases.owned().stream()
                .filter(lease -> renewal.locked().contains(lease.shard()))
                .forEach(renewed::add);
        Set<Integer> kept = renewed.stream().map(Lease::shard).collect(Collectors.toSet());
        List<Integer> lost = leases.owned().stream()
                .map(Lease::shard)
                .filter(shard -> !kept.contains(shard))
                .toList();
        List<ShardEpoch> added = renewal.leases().stream()
                .filter(lease -> leases.of(lease.shard()) == null)
                .map(lease -> new ShardEpoch(lease.shard(), lease.epoch()))
                .toList();
        leases.replace(renewal.databaseNow(), renewed);
        reportLockedShards(renewal.locked());
        if (!lost.isEmpty()) {
            log.atWarn()
                    .addKeyValue("shards", lost)
                    .log("This instance lost leases; it sends no further events of these shards");
            listener.countLostShards(lost.size());
        }
        reportAddedShards(added);
        unconfirmed.removeIf(shard -> !renewal.locked().contains(shard.shard()));
    }

    private void reportAddedShards(List<ShardEpoch> added) {
        List<Integer> kept = added.stream()
                .filter(unconfirmed::contains)
                .map(ShardEpoch::shard)
                .toList();
        List<Integer> received = added.stream()
                .filter(shard -> !unconfirmed.contains(shard))
                .map(ShardEpoch::shard)
                .toList();
        if (!kept.isEmpty()) {
            log.atInfo()
                    .addKeyValue("shards", kept)
                    .log("The hand-over of shards did not take effect; this instance publishes them again");
        }
        if (!received.isEmpty()) {
            log.atInfo()
                    .addKeyValue("shards", received)
                    .log("A renewal returned shards that this instance did not own before; it publishes them now");
            listener.countTakenShards(received.size());
        }
    }

    /**
     * Reports the shards whose rows were locked during two renewals in succession. A row that was locked during one
     * renewal only may have been renewed or taken by another instance.
     */
    private void reportLockedShards(Set<Integer> lockedNow) {
        Set<Integer> reportedBefore = leases.lockedShards();
        SortedSet<Integer> stillLocked =
                lockedNow.stream().filter(locked::contains).collect(Collectors.toCollection(TreeSet::new));
        locked = lockedNow;
        leases.recordLocked(stillLocked);
        if (!stillLocked.isEmpty() && !stillLocked.equals(reportedBefore)) {
            log.atWarn()
                    .addKeyValue("shards", stillLocked)
                    .log("Other database sessions hold locks on the lease rows of these shards; no instance publishes a"
                            + " shard whose lease it cannot renew, and other shards are not affected");
        }
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
        List<ShardEpoch> taken = table.take(instance, shards);
        if (!taken.isEmpty()) {
            leases.add(taken.stream()
                    .map(shard -> new Lease(shard.shard(), shard.epoch(), sentAt + ttlNanos, false, null))
                    .toList());
            listener.countTakenShards(taken.size());
            log.atInfo()
                    .addKeyValue("shards", taken.stream().map(ShardEpoch::shard).toList())
                    .log("This instance took free shards; it publishes them now");
        }
    }

    /**
     * Hands each drained shard over to a successor and wakes it. A shard without a successor is kept, or is freed if
     * this instance leaves.
     */
    public void handOver() {
        if (leaving) {
            // The heartbeat is deleted before the first hand-over. A successor that still counts this instance as live
            // would hand the shards above its fair share back.
            heartbeat.delete();
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
        unconfirmed.addAll(shards);
        List<Integer> moved = table.handOver(instance, shards, successor);
        unconfirmed.removeIf(shard -> moved.contains(shard.shard()));
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
     * instance handed over at the moment when this instance left was never served, so it is freed.
     */
    public void leave() {
        handOver();
        heartbeat.deleteFinally();
        Set<Integer> undrained = leases.owned().stream().map(Lease::shard).collect(Collectors.toSet());
        List<ShardEpoch> unserved = table.renew(instance).leases().stream()
                .filter(lease -> !undrained.contains(lease.shard()))
                .map(lease -> new ShardEpoch(lease.shard(), lease.epoch()))
                .toList();
        if (!unserved.isEmpty()) {
            free(unserved);
        }
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
