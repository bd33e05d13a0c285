package dev.studybuddy.api.outbox;

import dev.studybuddy.api.outbox.DeadLetteredRowTable.Position;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Searches for events that are not on their topics: pending events, and those that a publisher dead-lettered. A search
 * passes over the dead-lettered rows in chunks, so that no statement takes long. The statement of each chunk also
 * searches the pending rows of all shards.
 *
 * <p>Therefore a search misses no event, although an operator may retry an event and a publisher may dead-letter it
 * again between any two statements:
 *
 * <ol>
 *   <li>Each event belongs to exactly one chunk, because its shard and id never change.
 *   <li>A statement reads one snapshot of the database. In the snapshot of the chunk of an event, the event is pending,
 *       dead-lettered or published. The statement finds it in the first two cases.
 *   <li>A published event stays published, because retries and dead letters change only rows that are not published.
 * </ol>
 *
 * <p>If no statement finds an event, each event of the search is published, or an operator discarded it.
 */
@Repository
public final class UnpublishedEvents {

    private static final Logger LOG = LoggerFactory.getLogger(UnpublishedEvents.class);

    private static final String EXISTS = """
            SELECT EXISTS (SELECT 1 FROM outbox o
              WHERE o.retry_count > 0 AND o.dead_lettered_at IS NOT NULL AND o.processed
                AND (o.shard, o.id) > (?, ?) AND (o.shard, o.id) <= (?, ?) AND {condition})
            OR\s""" + PendingIndex.ANY_PENDING;

    private static final String DEAD_LETTERED_SINCE = "o.dead_lettered_at >= ? AND o.created_at <= ?";

    private static final String DEAD_LETTERED_SNAPSHOTS =
            "o.created_at >= ? AND o.created_at <= ? AND o.event_type LIKE '%.snapshot'";

    private final DeadLetteredRowTable table;
    private final JdbcClient jdbc;
    private final MonotonicClock clock;

    UnpublishedEvents(DeadLetteredRowTable table, JdbcClient jdbc, MonotonicClock clock) {
        this.table = table;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Returns whether any event of a range is pending, or was dead-lettered at the end of the range or later; empty if
     * the search, which takes about a second at most, neither found one nor reached the end, or if a statement took
     * too long.
     *
     * @param range the range of the events that were pending at its end
     */
    public Optional<Boolean> hasAny(PendingRange range) {
        return search(DEAD_LETTERED_SINCE, range.upTo(), range, DeadLetteredRowTable.MAX_SEARCH);
    }

    /**
     * Returns whether any snapshot that was created in this time is not on its topic; empty if the search neither found
     * one nor reached the end within its limit, or if a statement took too long. Any pending event that was created in
     * this time counts as a snapshot. The search does not begin at the recorded bounds of the pending index, because
     * these may have passed an old event that an operator retried.
     *
     * @param limit the time after which the search of the next chunk does not begin
     */
    public Optional<Boolean> hasSnapshot(Instant createdFrom, Instant createdUpTo, Duration limit) {
        OffsetDateTime from = createdFrom.atOffset(ZoneOffset.UTC);
        return search(
                DEAD_LETTERED_SNAPSHOTS, from, PendingRange.between(from, createdUpTo.atOffset(ZoneOffset.UTC)), limit);
    }

    /** Returns an empty result, instead of throwing an exception, if a statement of the search takes too long. */
    private Optional<Boolean> search(String condition, OffsetDateTime from, PendingRange range, Duration limit) {
        try {
            return exists(condition, from, range, limit);
        } catch (QueryTimeoutException slow) {
            LOG.atInfo()
                    .addKeyValue("error", slow.getMessage())
                    .log(
                            "The database did not search the unpublished events in time; whether there are any is unknown");
            return Optional.empty();
        }
    }

    /**
     * Searches for a dead-lettered event that meets a condition, and for a pending event of a range.
     *
     * @param condition a condition with the parameters {@code from} and the end of the range
     */
    private Optional<Boolean> exists(String condition, OffsetDateTime from, PendingRange range, Duration limit) {
        long startNanos = clock.nanos();
        Optional<Position> position = Optional.of(Position.START);
        while (position.isPresent() && clock.nanos() - startNanos < limit.toNanos()) {
            Position after = position.get();
            position = table.findLastOfChunk(after);
            Position upTo = position.orElse(Position.END);
            boolean found = jdbc.sql(EXISTS.replace("{condition}", condition))
                    .params(after.shard(), after.id(), upTo.shard(), upTo.id(), from, range.upTo())
                    .params(range.parameters())
                    .query(Boolean.class)
                    .single();
            if (found) {
                return Optional.of(true);
            }
        }
        return position.isEmpty() ? Optional.of(false) : Optional.empty();
    }
}
