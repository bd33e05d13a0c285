package dev.studybuddy.publisher.lease;

import dev.studybuddy.background.MonotonicClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Records the addresses of other publishers, so that their wake-ups are recognised. An address is kept for a time after
 * its publisher left, because a publisher that leaves still hands shards over.
 */
final class PublisherAddresses {

    private final MonotonicClock clock;
    private final long keepNanos;
    private final Map<String, Long> seenAtNanos = new HashMap<>();
    private volatile Set<String> addresses = Set.of();

    PublisherAddresses(MonotonicClock clock, long keepNanos) {
        this.clock = clock;
        this.keepNanos = keepNanos;
    }

    /** Records the addresses of the live publishers. One thread calls this method. */
    void record(List<LeaseTable.Member> members) {
        long nowNanos = clock.nanos();
        for (LeaseTable.Member member : members) {
            if (member.address() != null) {
                seenAtNanos.put(member.address(), nowNanos);
            }
        }
        seenAtNanos.values().removeIf(seenAt -> nowNanos - seenAt > keepNanos);
        addresses = Set.copyOf(seenAtNanos.keySet());
    }

    /**
     * Returns whether a datagram from this address comes from another publisher. Any thread may call this method. It
     * resolves a host name only if the port matches, so that a wake-up of a writer costs no query of a name server.
     */
    boolean contains(InetSocketAddress sender) {
        for (String address : addresses) {
            int colon = address.lastIndexOf(':');
            if (colon > 0
                    && address.substring(colon + 1).equals(Integer.toString(sender.getPort()))
                    && resolves(address.substring(0, colon), sender.getAddress())) {
                return true;
            }
        }
        return false;
    }

    private static boolean resolves(String host, InetAddress address) {
        try {
            return Arrays.asList(InetAddress.getAllByName(host)).contains(address);
        } catch (UnknownHostException e) {
            // The datagram then counts as one of a writer: it triggers a poll, and the hand-over is seen by the next
            // heartbeat.
            return false;
        }
    }
}
