package dev.studybuddy.api.outbox;

import dev.studybuddy.api.outbox.DeadLetteredRowTable.Position;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Searches for events that a publisher dead-lettered. Such an event is no longer pending, but it is not on its topic.
 */
@Repository
final class DeadLetteredEvents {

    private static final String EXISTS = """
            SELECT EXISTS (SELECT 1 FROM outbox o
              WHERE o.retry_count > 0 AND o.dead_lettered_at IS NOT NULL AND o.processed
                AND (o.shard, o.id) > (?, ?) AND (o.shard, o.id) <= (?, ?) AND {condition})""";

    private static final String DEAD_LETTERED_SINCE = "o.dead_lettered_at >= ? AND o.created_at <= ?";

    private static final String DEAD_LETTERED_SNAPSHOTS =
            "o.created_at >= ? AND o.created_at <= ? AND o.event_type LIKE '%.snapshot'";

    private final DeadLetteredRowTable table;
    private final JdbcClient jdbc;
    private final MonotonicClock clock;

    DeadLetteredEvents(DeadLetteredRowTable table, JdbcClient jdbc, MonotonicClock clock) {
        this.table = table;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Returns whether any event that was created no later than a time was dead-lettered at that time or later; empty if
     * the search, which takes about a second at most, neither found one nor reached the end.
     */
    Optional<Boolean> hasAnySince(Instant time) {
        return exists(DEAD_LETTERED_SINCE, DeadLetteredRowTable.MAX_SEARCH, time, time);
    }

    /** Returns whether any snapshot that was created in this time is dead-lettered. It searches all rows. */
    boolean hasSnapshot(Instant createdFrom, Instant createdUpTo) {
        return exists(DEAD_LETTERED_SNAPSHOTS, Duration.ofNanos(Long.MAX_VALUE), createdFrom, createdUpTo)
                .orElse(false);
    }

    private Optional<Boolean> exists(String condition, Duration limit, Instant first, Instant second) {
        long startNanos = clock.nanos();
        Optional<Position> position = Optional.of(Position.START);
        while (position.isPresent() && clock.nanos() - startNanos < limit.toNanos()) {
            Position from = position.get();
            position = table.findLastOfChunk(from);
            Position upTo = position.orElse(Position.END);
            boolean found = jdbc.sql(EXISTS.replace("{condition}", condition))
                    .params(from.shard(), from.id(), upTo.shard(), upTo.id())
                    .params(first.atOffset(ZoneOffset.UTC), second.atOffset(ZoneOffset.UTC))
                    .query(Boolean.class)
                    .single();
            if (found) {
                return Optional.of(true);
            }
        }
        return position.isEmpty() ? Optional.of(false) : Optional.empty();
    }
}
