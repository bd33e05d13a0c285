package dev.studybuddy.api.lag;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the outbox and its publishers are at.
 *
 * @param now the database's clock, by which the other times count
 * @param pending how many events wait; at least so many where not exact
 * @param oldest when the oldest of them was written
 * @param failed dead-lettered rows; at least so many from 10 001 on
 */
public record OutboxBacklog(
        Instant now, long pending, boolean exact, Optional<Instant> oldest, long failed, List<Publisher> publishers) {

    public OutboxBacklog {
        publishers = List.copyOf(publishers);
    }

    /** An instance seen in the last minute; {@code live}: within 5 s. */
    public record Publisher(String id, int shards, Instant lastSeen, boolean live) {}

    /** How many shards belong to live publishers. */
    public int ownedShards() {
        return publishers.stream()
                .filter(Publisher::live)
                .mapToInt(Publisher::shards)
                .sum();
    }
}
