package dev.studybuddy.publisher.lease;

import dev.studybuddy.background.MonotonicClock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Records the addresses of other publishers, so that their wake-ups are recognised. An address is kept for a time after
 * its publisher left, because a publisher that leaves still hands shards over.
 */
final class RecentAddresses {

    private final MonotonicClock clock;
    private final long keepNanos;
    private final Map<String, Long> seenAtNanos = new HashMap<>();
    private volatile Set<String> addresses = Set.of();

    RecentAddresses(MonotonicClock clock, long keepNanos) {
        this.clock = clock;
        this.keepNanos = keepNanos;
    }

    /** Records the addresses of the live publishers. One thread calls this method. */
    void record(List<LeaseTable.Member> members) {
        long nowNanos = clock.nanos();
        for (LeaseTable.Member member : members) {
            String address = member.address();
            if (address != null) {
                seenAtNanos.put(address, nowNanos);
            }
        }
        seenAtNanos.values().removeIf(seenAt -> nowNanos - seenAt > keepNanos);
        addresses = Set.copyOf(seenAtNanos.keySet());
    }

    /** Returns the recorded addresses. Any thread may call this method. */
    Set<String> all() {
        return addresses;
    }
}
