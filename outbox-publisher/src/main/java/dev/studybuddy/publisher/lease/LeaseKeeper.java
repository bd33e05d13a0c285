package dev.studybuddy.publisher.lease;

import dev.studybuddy.outbox.Shards;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this instance's fair share of the shards. Each step is one to three statements and no wait, so that a
 * simulation can put a pause or a crash between any two; one thread at a time drives it.
 */
public final class LeaseKeeper {

    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);

    private final String instance;
    private final @Nullable String address;
    private final LeaseTable table;
    private final ShardLeases leases;
    private final LongSupplier nanos;
    private final long ttlNanos;
    private final LeaseListener listener;
    private final Consumer<Handover> wake;
    private final Map<Integer, Long> portsSeenAt = new HashMap<>();
    private volatile Set<Integer> knownPorts = Set.of();
    private boolean leaving;
    private boolean left;

    /** Shards that were written to a successor, with the UDP address that wakes it. */
    public record Handover(@Nullable String address, List<Integer> shards) {}

    /** The instance that keeps its leases: its unique id, and the UDP address that reaches it. */
    public record Self(String id, @Nullable String address) {}

    public LeaseKeeper(
            Self self,
            LeaseTable table,
            ShardLeases leases,
            LongSupplier nanos,
            Duration ttl,
            LeaseListener listener,
            Consumer<Handover> wake) {
        this.instance = self.id();
        this.address = self.address();
        this.table = table;
        this.leases = leases;
        this.nanos = nanos;
        this.ttlNanos = ttl.toNanos();
        this.listener = listener;
        this.wake = wake;
    }

    /** One heartbeat: beat, renew, balance, hand over. */
    public void heartbeat() {
        renew();
        if (leaving) {
            // What came back or was handed here meanwhile goes on at once.
            leases.drain(leases.owned().stream().map(Lease::shard).toList());
        } else {
            table.beat(instance, address);
            balance();
        }
        handOver();
    }

    /** Renews all in one statement; what did not come back is lost. Trust counts from before the statement was sent. */
    public void renew() {
        long sentAt = nanos.getAsLong();
        LeaseTable.Renewal renewal = table.renew(instance);
        List<Lease> renewed = renewal.leases().stream()
                .map(lease ->
                        new Lease(lease.shard(), lease.epoch(), sentAt + ttlNanos, false, lease.sweepRequestedAt()))
                .toList();
        Set<Integer> kept = renewed.stream().map(Lease::shard).collect(Collectors.toSet());
        List<Integer> lost = leases.owned().stream()
                .map(Lease::shard)
                .filter(shard -> !kept.contains(shard))
                .toList();
        List<Integer> given =
                kept.stream().filter(shard -> leases.of(shard) == null).sorted().toList();
        leases.renewed(renewal.databaseNow(), renewed);
        if (!lost.isEmpty()) {
            log.atWarn().addKeyValue("shards", lost).log("Leases lost; nothing more is sent for these shards");
            listener.lost(lost.size());
        }
        if (!given.isEmpty()) {
            log.atInfo().addKeyValue("shards", given).log("Shards were handed to this instance");
            listener.taken(given.size());
        }
    }

    /** Takes what is free up to the fair share, and begins to drain what exceeds it. */
    public void balance() {
        List<LeaseTable.Member> live = table.live();
        remember(ports(others(live)));
        List<LeaseTable.Row> rows = table.rows();
        int share = FairShare.of(Shards.COUNT, Math.max(1, live.size()));
        List<Lease> serving =
                leases.owned().stream().filter(lease -> !lease.draining()).toList();
        if (serving.size() < share) {
            take(FairShare.takeable(rows, instance, share - serving.size()));
        } else if (serving.size() > share) {
            int draining = leases.owned().size() - serving.size();
            int room = FairShare.room(rows, others(live), share) - draining;
            List<Integer> excess = serving.stream()
                    .map(Lease::shard)
                    .sorted()
                    .limit(Math.max(0, Math.min(serving.size() - share, room)))
                    .toList();
            leases.drain(excess);
        }
    }

    private void take(List<Integer> shards) {
        if (shards.isEmpty()) {
            return;
        }
        long sentAt = nanos.getAsLong();
        List<ShardEpoch> taken = table.take(instance, shards);
        if (!taken.isEmpty()) {
            leases.taken(taken.stream()
                    .map(shard -> new Lease(shard.shard(), shard.epoch(), sentAt + ttlNanos, false, null))
                    .toList());
            listener.taken(taken.size());
            log.atInfo()
                    .addKeyValue("shards", taken.stream().map(ShardEpoch::shard).toList())
                    .log("Shards taken");
        }
    }

    /** Writes successors for what is drained, and wakes them; what has none is kept, or freed by one that leaves. */
    public void handOver() {
        if (leaving && !left) {
            // First of all: a successor that still counts this instance as live would hand it the excess back.
            table.leave(instance);
            left = true;
        }
        List<ShardEpoch> drained = leases.drained();
        if (drained.isEmpty()) {
            return;
        }
        List<LeaseTable.Member> others = others(table.live());
        int share = FairShare.of(Shards.COUNT, others.size() + (leaving ? 0 : 1));
        Map<String, List<ShardEpoch>> successors = FairShare.successors(drained, table.rows(), others, share);
        List<ShardEpoch> rest = new ArrayList<>(drained);
        for (Map.Entry<String, List<ShardEpoch>> entry : successors.entrySet()) {
            // Given up first: where the statement's outcome stays unknown, only a renewal may bring them back.
            leases.gone(entry.getValue().stream().map(ShardEpoch::shard).toList());
            rest.removeAll(entry.getValue());
            List<Integer> moved = table.handOver(instance, entry.getValue(), entry.getKey());
            log.atInfo()
                    .addKeyValue("shards", moved)
                    .addKeyValue("successor", entry.getKey())
                    .log("Shards handed over");
            others.stream()
                    .filter(member -> member.id().equals(entry.getKey()))
                    .findFirst()
                    .ifPresent(member -> wake.accept(new Handover(member.address(), moved)));
        }
        if (!rest.isEmpty() && !leaving) {
            // Whoever they were meant for has left meanwhile: freed, they would wait for the next heartbeat.
            leases.keep(rest.stream().map(ShardEpoch::shard).toList());
        } else if (!rest.isEmpty()) {
            List<Integer> freed = table.release(instance, rest);
            leases.gone(rest.stream().map(ShardEpoch::shard).toList());
            log.atInfo().addKeyValue("shards", freed).log("Shards freed");
        }
    }

    /** Begins a graceful stop: everything drains, nothing is taken any more. */
    public void beginLeaving() {
        leaving = true;
        leases.drain(leases.owned().stream().map(Lease::shard).toList());
    }

    /**
     * Ends a graceful stop; what is not drained stays ours until it expires, and what another handed to this instance at
     * the moment when it left, which was never served, is freed.
     */
    public void leave() {
        handOver();
        Set<Integer> undrained = leases.owned().stream().map(Lease::shard).collect(Collectors.toSet());
        List<ShardEpoch> unserved = table.renew(instance).leases().stream()
                .filter(lease -> !undrained.contains(lease.shard()))
                .map(lease -> new ShardEpoch(lease.shard(), lease.epoch()))
                .toList();
        if (!unserved.isEmpty()) {
            List<Integer> freed = table.release(instance, unserved);
            log.atInfo().addKeyValue("shards", freed).log("Shards freed");
        }
    }

    /** Whether a datagram from this port is another publisher's: then it hands shards over, else it tells of events. */
    public boolean isPublisher(int port) {
        return knownPorts.contains(port);
    }

    /** One that has left may still hand shards over: it is known for as long as a lease lasts. */
    private void remember(Set<Integer> ports) {
        long now = nanos.getAsLong();
        ports.forEach(port -> portsSeenAt.put(port, now));
        portsSeenAt.values().removeIf(seenAt -> now - seenAt > ttlNanos);
        knownPorts = Set.copyOf(portsSeenAt.keySet());
    }

    private static Set<Integer> ports(List<LeaseTable.Member> members) {
        return members.stream()
                .map(LeaseTable.Member::address)
                .filter(Objects::nonNull)
                .map(text -> text.substring(text.lastIndexOf(':') + 1))
                .filter(port -> port.matches("\\d{1,5}"))
                .map(Integer::valueOf)
                .collect(Collectors.toUnmodifiableSet());
    }

    private List<LeaseTable.Member> others(List<LeaseTable.Member> live) {
        return live.stream()
                .filter(member -> !Objects.equals(member.id(), instance))
                .toList();
    }
}
