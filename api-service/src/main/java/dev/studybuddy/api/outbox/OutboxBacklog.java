package dev.studybuddy.api.outbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * This record holds the state of the outbox and of its publishers at one moment.
 *
 * @param now the time of the database's clock, from which the other times also come
 * @param pending the number of pending rows; a lower bound if {@code exact} is false
 * @param exact whether {@code pending} is the exact number
 * @param oldest the creation time of the oldest pending row; empty if no row is pending
 * @param failed the number of dead-lettered rows; 10 001 is a lower bound
 * @param publishers the publishers that wrote a heartbeat in the last 60 s
 */
public record OutboxBacklog(
        Instant now, long pending, boolean exact, Optional<Instant> oldest, long failed, List<Publisher> publishers) {

    public OutboxBacklog {
        publishers = List.copyOf(publishers);
    }

    /**
     * This record describes one publisher.
     *
     * @param shards the number of shards whose lease it holds
     * @param lastSeen the time of its last heartbeat
     * @param live whether it wrote a heartbeat in the last 5 s
     */
    public record Publisher(String id, int shards, Instant lastSeen, boolean live) {}

    /** Returns the number of shards that live publishers own. */
    public int ownedShards() {
        return publishers.stream()
                .filter(Publisher::live)
                .mapToInt(Publisher::shards)
                .sum();
    }
}
