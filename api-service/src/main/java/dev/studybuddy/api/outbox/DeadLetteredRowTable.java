package dev.studybuddy.api.outbox;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.Shards;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Searches and groups the dead-lettered rows of the outbox. A search reads the rows along the index
 * {@code outbox_failed} in chunks, so that no statement takes long, however many rows do not match.
 */
@Repository
public final class DeadLetteredRowTable {

    private static final int CHUNK_ROWS = 20_000;
    private static final int MAX_GROUPED_ROWS = 20_000;
    /** A search that has found too few rows after this time returns them, and the caller continues it. */
    static final Duration MAX_SEARCH = Duration.ofSeconds(1);

    /** A chunk also contains rows that are not dead-lettered, so that the index alone answers the statement. */
    private static final String LAST_OF_CHUNK = """
            SELECT shard, id FROM outbox WHERE retry_count > 0 AND (shard, id) > (?, ?)
            ORDER BY shard, id LIMIT 1 OFFSET\s""" + (CHUNK_ROWS - 1);

    private static final String MATCHING = """
            FROM outbox o WHERE o.retry_count > 0 AND o.dead_lettered_at IS NOT NULL AND o.processed
              AND (o.shard, o.id) > (?, ?) AND (o.shard, o.id) <= (?, ?)
              AND (CAST(? AS TEXT) IS NULL OR o.aggregate_type = ?)
              AND (CAST(? AS TEXT) IS NULL OR o.last_error = ?)
              AND (CAST(? AS TEXT) IS NULL OR o.aggregate_id = ?)
              AND (CAST(? AS TEXT) IS NULL OR regexp_replace(o.last_error, '[0-9]+', '#', 'g') = ?)
            """;

    private static final String FIND =
            "SELECT " + OutboxEvent.PREVIEW_COLUMNS + ", 0 AS followers " + MATCHING + "ORDER BY o.shard, o.id LIMIT ?";

    private static final String COUNT = "SELECT count(*) " + MATCHING;

    /** The statement reads one row more than it groups, so that it reports whether the counts are exact. */
    private static final String GROUPS = """
            SELECT aggregate_type, cause, count(*) AS grouped, min(dead_lettered_at) AS oldest,
              max(dead_lettered_at) AS newest, min(CAST(id AS TEXT)) AS example, sum(count(*)) OVER () AS examined
            FROM (
              SELECT aggregate_type, id, dead_lettered_at,
                regexp_replace(COALESCE(last_error, 'null'), '[0-9]+', '#', 'g') AS cause
              FROM outbox
              WHERE retry_count > 0 AND dead_lettered_at IS NOT NULL AND processed LIMIT ?) s
            GROUP BY aggregate_type, cause ORDER BY count(*) DESC, aggregate_type, cause LIMIT 200""";

    private final JdbcClient jdbc;
    private final MonotonicClock clock;

    DeadLetteredRowTable(JdbcClient jdbc, MonotonicClock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A position identifies a row in the order of shards and ids. */
    public record Position(int shard, UUID id) {

        /** This position precedes all rows. */
        public static final Position START = new Position(-1, new UUID(0, 0));

        static final Position END = new Position(Shards.COUNT, new UUID(0, 0));

        private static Position of(OutboxEvent row) {
            return new Position(row.shard(), row.id());
        }
    }

    /**
     * Contains the rows that one step of a search found.
     *
     * @param next the position at which the search continues, even if the step found few rows in its time; null at the
     *     end
     */
    public record RowPage(List<OutboxEvent> rows, @Nullable Position next) {

        public RowPage {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Returns matching rows in the order of shards and ids. The search takes about a second at most.
     *
     * @param after the position that the search continues after
     * @param limit the largest number of rows
     */
    public RowPage find(DeadLetteredRowCriteria criteria, Position after, int limit) {
        long startNanos = clock.nanos();
        List<OutboxEvent> found = new ArrayList<>();
        Position position = after;
        do {
            Optional<Position> last = findLastOfChunk(position);
            int wanted = limit + 1 - found.size();
            found.addAll(matching(FIND, criteria, position, last.orElse(Position.END))
                    .param(wanted)
                    .query(OutboxEvent::read)
                    .list());
            if (found.size() > limit) {
                List<OutboxEvent> page = found.subList(0, limit);
                return new RowPage(page, Position.of(page.getLast()));
            }
            if (last.isEmpty()) {
                return new RowPage(found, null);
            }
            position = last.get();
        } while (clock.nanos() - startNanos < MAX_SEARCH.toNanos());
        return new RowPage(found, position);
    }

    /**
     * Contains the number of matching rows.
     *
     * @param exact whether {@code rows} is the exact number; otherwise it is a lower bound
     */
    public record Count(long rows, boolean exact) {}

    /**
     * Counts matching rows, for about a second at most. The count is a lower bound if the method ended before it read
     * all rows, or if the count exceeded the limit.
     *
     * @param limit the largest number to return
     */
    public Count count(DeadLetteredRowCriteria criteria, long limit) {
        long startNanos = clock.nanos();
        long count = 0;
        Optional<Position> position = Optional.of(Position.START);
        while (position.isPresent() && count <= limit && clock.nanos() - startNanos < MAX_SEARCH.toNanos()) {
            Position from = position.get();
            position = findLastOfChunk(from);
            count += matching(COUNT, criteria, from, position.orElse(Position.END))
                    .query(Long.class)
                    .single();
        }
        return new Count(Math.min(limit, count), position.isEmpty() && count <= limit);
    }

    /** Returns the position of the last row of the chunk that follows a position; empty in the last chunk. */
    Optional<Position> findLastOfChunk(Position after) {
        return jdbc.sql(LAST_OF_CHUNK)
                .params(after.shard(), after.id())
                .query((row, number) -> new Position(row.getInt("shard"), row.getObject("id", UUID.class)))
                .optional();
    }

    private JdbcClient.StatementSpec matching(
            String sql, DeadLetteredRowCriteria criteria, Position after, Position upTo) {
        return jdbc.sql(sql)
                .param(after.shard())
                .param(after.id())
                .param(upTo.shard())
                .param(upTo.id())
                .param(criteria.type())
                .param(criteria.type())
                .param(criteria.reason())
                .param(criteria.reason())
                .param(criteria.aggregateId())
                .param(criteria.aggregateId())
                .param(criteria.cause())
                .param(criteria.cause());
    }

    /**
     * A cause group contains the dead-lettered rows of one type whose reasons differ only in numbers.
     *
     * @param cause the reason, in which each number is replaced by {@code #}
     * @param exact whether {@code rows} is the exact number; otherwise it is a lower bound
     * @param oldest the time at which the first of them was dead-lettered
     * @param newest the time at which the last of them was dead-lettered
     * @param example the id of one of them
     */
    public record CauseGroup(
            String aggregateType,
            String cause,
            long rows,
            boolean exact,
            Instant oldest,
            Instant newest,
            String example) {}

    /** Returns the groups of the dead-lettered rows, largest first, at most 200. They contain at most 20 000 rows. */
    public List<CauseGroup> findGroups() {
        return jdbc.sql(GROUPS)
                .param(MAX_GROUPED_ROWS + 1)
                .query((row, number) -> new CauseGroup(
                        row.getString("aggregate_type"),
                        row.getString("cause"),
                        row.getLong("grouped"),
                        row.getLong("examined") <= MAX_GROUPED_ROWS,
                        row.getTimestamp("oldest").toInstant(),
                        row.getTimestamp("newest").toInstant(),
                        row.getString("example")))
                .list();
    }
}
