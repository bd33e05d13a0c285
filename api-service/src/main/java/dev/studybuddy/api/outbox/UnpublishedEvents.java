package dev.studybuddy.api.outbox;

import dev.studybuddy.api.outbox.DeadLetteredRowTable.Position;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.outbox.Shards;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Searches for events that are not on their topics: pending events, and those that a publisher dead-lettered. A search
 * reads the dead-lettered rows in chunks, so that no statement takes long. The statement of each chunk also searches
 * the pending rows of the shards to which the chunk belongs. If a statement takes too long, the search continues shard
 * by shard: CockroachDB keeps the index entries of processed rows for hours, and a statement that reads all shards
 * reads too many of them after a large backup.
 *
 * <p>A search misses no event, although an operator may retry an event and a publisher may dead-letter it again between
 * any two statements. The reasons are:
 *
 * <ol>
 *   <li>Each event belongs to exactly one chunk, because its shard and id never change.
 *   <li>A statement reads one snapshot of the database. In the snapshot of the chunk of an event, the event is pending,
 *       dead-lettered or published. The statement finds it in the first two cases, because it searches the pending rows
 *       of the event's shard.
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
            OR {pending}""";

    private static final String DEAD_LETTERED_SINCE = "o.dead_lettered_at >= ? AND o.created_at <= ?";

    private static final String DEAD_LETTERED_SNAPSHOTS =
            "o.created_at >= ? AND o.created_at <= ? AND o.event_type LIKE '%.snapshot'";

    private static final UUID LAST_ID = new UUID(-1, -1);

    private final DeadLetteredRowTable table;
    private final JdbcClient jdbc;
    private final MonotonicClock clock;

    UnpublishedEvents(DeadLetteredRowTable table, JdbcClient jdbc, MonotonicClock clock) {
        this.table = table;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Returns whether any event of a range is pending, or was dead-lettered at the end of the range or later. The
     * result is empty if the search has neither found such an event nor reached its end after about a second, or if a
     * statement took too long.
     *
     * @param range the range of the events that were pending at its end
     */
    public Optional<Boolean> hasAny(PendingRange range) {
        return search(DEAD_LETTERED_SINCE, range.upTo(), range, DeadLetteredRowTable.MAX_SEARCH);
    }

    /**
     * Returns whether any event that was created no later than this time is pending, or was dead-lettered at this time
     * or later. The result is empty if the search has neither found such an event nor reached its end within its limit,
     * or if a statement took too long. The search does not begin at the recorded bounds of the pending index, because
     * these may have passed an old event that an operator retried.
     *
     * @param limit the time after which the search of the next chunk does not begin
     */
    public Optional<Boolean> hasAny(Instant createdUpTo, Duration limit) {
        PendingRange range = PendingRange.between(PendingBounds.START, createdUpTo.atOffset(ZoneOffset.UTC));
        return search(DEAD_LETTERED_SINCE, range.upTo(), range, limit);
    }

    /**
     * Returns whether any snapshot that was created in this time is not on its topic. The result is empty if the search
     * has neither found such a snapshot nor reached its end within its limit, or if a statement took too long. Any
     * pending event that was created in this time counts as a snapshot. The search does not begin at the recorded
     * bounds of the pending index, because these may have passed an old event that an operator retried.
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
                    .log("The database did not search the unpublished events in time; whether there are any is"
                            + " unknown");
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
        boolean shardByShard = false;
        Position reached = Position.START;
        Position chunkEnd = Position.START;
        while (!reached.equals(Position.END) && clock.nanos() - startNanos < limit.toNanos()) {
            if (reached.equals(chunkEnd)) {
                chunkEnd = table.findLastOfChunk(reached).orElse(Position.END);
            }
            Position upTo = shardByShard ? endOfFirstShard(reached, chunkEnd) : chunkEnd;
            try {
                if (exists(condition, from, range, reached, upTo)) {
                    return Optional.of(true);
                }
                reached = upTo;
            } catch (QueryTimeoutException slow) {
                if (shardByShard) {
                    throw slow;
                }
                shardByShard = true;
            }
        }
        return reached.equals(Position.END) ? Optional.of(false) : Optional.empty();
    }

    /** Searches the dead-lettered rows after a position up to another one, and the pending rows of the same shards. */
    private boolean exists(String condition, OffsetDateTime from, PendingRange range, Position after, Position upTo) {
        int firstShard = firstShard(after);
        int lastShard = lastShard(upTo);
        return jdbc.sql(EXISTS.replace("{condition}", condition)
                        .replace("{pending}", PendingIndex.anyPending(firstShard, lastShard)))
                .params(after.shard(), after.id(), upTo.shard(), upTo.id(), from, range.upTo())
                .params(range.parameters(firstShard, lastShard))
                .query(Boolean.class)
                .single();
    }

    /** Returns the end of that part of a chunk which belongs to its first shard. */
    private static Position endOfFirstShard(Position after, Position chunkEnd) {
        int firstShard = firstShard(after);
        return firstShard == lastShard(chunkEnd) ? chunkEnd : new Position(firstShard, LAST_ID);
    }

    /** Returns the shard of the first row that can follow a position. */
    private static int firstShard(Position after) {
        int shard = after.id().equals(LAST_ID) ? after.shard() + 1 : after.shard();
        return Math.clamp(shard, 0, Shards.COUNT - 1);
    }

    /** Returns the shard of the last row that a chunk up to this position can have. */
    private static int lastShard(Position upTo) {
        return Math.min(upTo.shard(), Shards.COUNT - 1);
    }
}
