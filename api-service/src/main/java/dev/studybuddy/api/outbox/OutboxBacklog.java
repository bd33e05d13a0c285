package dev.studybuddy.api.outbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This record holds the state of the outbox and of its publishers at one moment.
 *
 * @param now the time of the database's clock, from which the other times also come
 * @param pending the number of pending rows; a lower bound if {@code exact} is false
 * @param exact whether {@code pending} is the exact number
 * @param oldest the creation time of the oldest pending row; empty if no row is pending
 * @param deadLettered the number of dead-lettered rows; a lower bound if {@link #isDeadLetteredExact} returns false
 * @param publishers the publishers that wrote a heartbeat in the last 60 s
 */
public record OutboxBacklog(
        Instant now,
        long pending,
        boolean exact,
        Optional<Instant> oldest,
        long deadLettered,
        List<Publisher> publishers) {

    /** The counts stop above this number, because a greater one makes no difference to the alerts. */
    static final int MAX_COUNTED = 10_000;

    public OutboxBacklog {
        publishers = List.copyOf(publishers);
    }

    /**
     * This record describes one publisher.
     *
     * @param shards the shards whose lease it holds, in ascending order
     * @param startedAt the time of its first heartbeat
     * @param lastSeen the time of its last heartbeat
     * @param live whether it wrote a heartbeat in the last 5 s
     */
    public record Publisher(
            String id, List<Integer> shards, Instant startedAt, Instant lastSeen, boolean live, Fitness fitness) {

        public Publisher {
            shards = List.copyOf(shards);
        }
    }

    /**
     * This record states whether a publisher can do its work.
     *
     * @param fit whether it could do its work in the last 10 s; a publisher of an earlier version of the program counts
     *     as fit
     * @param since the time since which it has been fit without a break; null if it is not fit, or does not report it
     * @param lastSuccess the time at which it could last do its work; null if it never could, or does not report it
     */
    public record Fitness(
            boolean fit, @Nullable Instant since, @Nullable Instant lastSuccess) {}

    /** Returns whether {@code deadLettered} is the exact number. */
    public boolean isDeadLetteredExact() {
        return deadLettered <= MAX_COUNTED;
    }

    /** Returns the number of shards that live publishers own. */
    public int ownedShards() {
        return publishers.stream()
                .filter(Publisher::live)
                .mapToInt(publisher -> publisher.shards().size())
                .sum();
    }
}
