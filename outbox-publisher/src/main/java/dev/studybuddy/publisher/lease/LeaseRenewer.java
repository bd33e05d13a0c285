package dev.studybuddy.publisher.lease;

import dev.studybuddy.background.MonotonicClock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews the leases of this instance, and reports the shards that it lost, received or cannot renew. */
final class LeaseRenewer {

    private static final Logger log = LoggerFactory.getLogger(LeaseRenewer.class);

    private final String instance;
    private final LeaseTable table;
    private final ShardLeases leases;
    private final MonotonicClock clock;
    private final long ttlNanos;
    private final LeaseListener listener;
    private Set<Integer> locked = Set.of();
    /** This instance began to hand these leases over, and no statement has confirmed the hand-over. */
    private final Set<ShardEpoch> unconfirmed = new HashSet<>();

    LeaseRenewer(
            String instance,
            LeaseTable table,
            ShardLeases leases,
            MonotonicClock clock,
            long ttlNanos,
            LeaseListener listener) {
        this.instance = instance;
        this.table = table;
        this.leases = leases;
        this.clock = clock;
        this.ttlNanos = ttlNanos;
        this.listener = listener;
    }

    /**
     * Renews all leases. A lease that is missing in the result is lost, unless its row is locked. A lease with a locked
     * row stays unchanged, and its trust ends if it is not renewed in time. Trust counts from before the statement was
     * sent.
     */
    void renew() {
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
     * Reports the shards whose rows were locked during two renewals in succession. A lock during only one renewal may
     * be that of another instance, which renewed or took the lease at that moment.
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

    /**
     * Records a hand-over before its statement runs. If it does not take effect, a renewal returns these leases again,
     * and the instance does not count their shards as received.
     */
    void recordHandOver(List<ShardEpoch> shards) {
        unconfirmed.addAll(shards);
    }

    /** Records that the hand-over of these shards took effect. */
    void confirmHandOver(List<Integer> shards) {
        unconfirmed.removeIf(shard -> shards.contains(shard.shard()));
    }
}
