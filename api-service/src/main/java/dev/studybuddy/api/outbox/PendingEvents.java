package dev.studybuddy.api.outbox;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventKind;
import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.outbox.Shards;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Counts the pending events, and searches for the pending events of a job or of a range. */
@Repository
public final class PendingEvents {

    private static final Logger LOG = LoggerFactory.getLogger(PendingEvents.class);

    /** The cast of {@code processed} prevents the planner from using the pending index. */
    private static final String PENDING_OF_AGGREGATES = """
            SELECT EXISTS (SELECT 1 FROM outbox WHERE (shard, aggregate_type, aggregate_id) IN ({keys})
              AND event_type = ? AND CAST(processed AS INTEGER) = 0)""";

    private static final String ANY = "SELECT " + PendingIndex.ANY_PENDING;

    private static final int MAX_COUNTED_PER_SHARD = 1_000;

    private final JdbcClient jdbc;
    private final PendingIndex pendingIndex;

    PendingEvents(JdbcClient jdbc, PendingIndex pendingIndex) {
        this.jdbc = jdbc;
        this.pendingIndex = pendingIndex;
    }

    /**
     * Returns whether any event of this type and kind is pending for one of these aggregates.
     *
     * @param ids the ids of the aggregates, which must not be empty
     */
    boolean hasPending(AggregateType type, EventKind kind, List<String> ids) {
        String keys = String.join(", ", Collections.nCopies(ids.size(), "(?, ?, ?)"));
        JdbcClient.StatementSpec statement = jdbc.sql(PENDING_OF_AGGREGATES.replace("{keys}", keys));
        for (String id : ids) {
            statement = statement
                    .param(Shards.of(type.code(), id))
                    .param(type.code())
                    .param(id);
        }
        return statement.param(type.event(kind)).query(Boolean.class).single();
    }

    /**
     * Returns whether any event that was created no later than this time is pending; empty if the statement took too
     * long. The query reads from the recorded bounds, so that it reads few index entries of processed rows.
     */
    public Optional<Boolean> hasPending(Instant createdUpTo) {
        return hasPending(pendingIndex.rangeUpTo(createdUpTo.atOffset(ZoneOffset.UTC)));
    }

    /**
     * Returns whether any event of a range is pending; empty if the statement took too long. It can take too long if
     * the range begins hours ago, because it then reads the index entries of all rows that were processed since.
     */
    public Optional<Boolean> hasPending(PendingRange range) {
        try {
            return Optional.of(jdbc.sql(ANY)
                    .params(range.parameters())
                    .query(Boolean.class)
                    .single());
        } catch (QueryTimeoutException slow) {
            LOG.atInfo()
                    .addKeyValue("error", slow.getMessage())
                    .log("The database did not search a range of pending events in time; whether there are any is"
                            + " unknown");
            return Optional.empty();
        }
    }

    /**
     * A count states how many events are pending.
     *
     * @param exact whether {@code events} is the exact number; otherwise it is a lower bound
     * @param complete whether the count and {@code range} include every pending event of the request; otherwise they
     *     may lack an old event that an operator retried
     * @param range a range that contains all these events
     */
    public record Count(long events, boolean exact, boolean complete, PendingRange range) {}

    /**
     * Counts the pending events that were created no later than this time. The count of each shard stops at 1 000, so
     * that its cost does not grow with the backlog. If the database cannot read the whole index of pending rows in
     * time, the count begins at the recorded bounds, which may have passed an old event that an operator retried. If
     * that also takes too long, the count is zero and not exact.
     */
    public Count count(Instant createdUpTo) {
        OffsetDateTime upTo = createdUpTo.atOffset(ZoneOffset.UTC);
        return pendingIndex
                .countFromOldest(MAX_COUNTED_PER_SHARD, upTo)
                .map(counts -> count(PendingRange.between(PendingBounds.START, upTo), counts, true))
                .orElseGet(() -> countFromBounds(upTo));
    }

    /**
     * Counts the pending events of a range. The count of each shard stops at 1 000. If the database cannot read the
     * range in time, the count begins at the recorded bounds, which may have passed an old event of the range. If that
     * also takes too long, the count is zero and not exact.
     */
    public Count count(PendingRange range) {
        try {
            return count(range, pendingIndex.count(MAX_COUNTED_PER_SHARD, range), true);
        } catch (QueryTimeoutException slow) {
            LOG.atInfo()
                    .addKeyValue("error", slow.getMessage())
                    .log("The database did not count a range of pending events in time; the count begins at the"
                            + " recorded bounds");
            return countFromBounds(range.upTo());
        }
    }

    private Count countFromBounds(OffsetDateTime upTo) {
        PendingRange bounded = pendingIndex.rangeUpTo(upTo);
        try {
            return count(bounded, pendingIndex.count(MAX_COUNTED_PER_SHARD, bounded), false);
        } catch (QueryTimeoutException slow) {
            LOG.atInfo()
                    .addKeyValue("error", slow.getMessage())
                    .log("The database did not count the pending events from the recorded bounds in time; their number"
                            + " is unknown");
            return new Count(0, false, false, bounded);
        }
    }

    private static Count count(PendingRange range, PendingIndex.Counts counts, boolean complete) {
        return new Count(
                counts.pending(),
                complete && counts.shardsWith(MAX_COUNTED_PER_SHARD).isEmpty(),
                complete,
                PendingIndex.narrow(range, counts));
    }

    /** Returns the present time of the database's clock. */
    public Instant now() {
        return jdbc.sql("SELECT now()").query(Timestamp.class).single().toInstant();
    }
}
