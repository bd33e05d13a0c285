package dev.studybuddy.publisher.retention;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.outbox.ArrayParameters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Deletes the processed rows of the owned shards {@code publisher.retention.keep} after their events were published. It
 * reads each shard along the index of processed rows, one page for each step, from the end of its last deletion. It
 * reads a page first and deletes by key, so that no statement reads more rows than a page has. After a full page, the
 * wait is as long as the page took, and at most {@code publisher.retention.page-wait}. A busy server therefore gets
 * fewer deletions, and an idle one gets enough for any rate of events.
 */
public final class Retention {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    private static final String PAGE = """
            SELECT aggregate_type, aggregate_id, aggregate_version, id, processed_at
            FROM outbox
            WHERE shard = ? AND processed AND dead_lettered_at IS NULL AND processed_at >= ? AND processed_at < ?
            ORDER BY processed_at LIMIT\s""";

    /**
     * The cast of {@code processed} makes the planner find each row by its primary key. Without the cast, the planner
     * could use the index of processed rows, and read a large part of it for each row.
     */
    private static final String DELETE = """
            DELETE FROM outbox AS o
            USING (SELECT unnest(CAST(? AS TEXT[])) AS aggregate_type, unnest(CAST(? AS TEXT[])) AS aggregate_id,
                     unnest(CAST(? AS BIGINT[])) AS aggregate_version, unnest(CAST(? AS UUID[])) AS id) AS k
            WHERE o.shard = ? AND o.aggregate_type = k.aggregate_type AND o.aggregate_id = k.aggregate_id
              AND o.aggregate_version = k.aggregate_version AND o.id = k.id
              AND CAST(o.processed AS INTEGER) = 1 AND o.dead_lettered_at IS NULL AND o.processed_at < ?""";

    /** A read from this time begins at the oldest row. The driver sends it as minus infinity. */
    private static final OffsetDateTime START = OffsetDateTime.MIN;
    /** The retention reads a shard from {@link #START} again this long after the last time it did so. */
    private static final long WHOLE_INTERVAL_NANOS = Duration.ofHours(1).toNanos();
    /**
     * If a read from the start times out because it scans the index entries of many deleted rows, the retention begins
     * this long before the youngest row that it may delete.
     */
    private static final Duration FALLBACK = Duration.ofHours(1);

    private static final Backoff FAILURE_BACKOFF = Backoff.between(Duration.ofMillis(200), Duration.ofSeconds(2));

    private final JdbcTemplate jdbc;
    private final ShardLeases leases;
    private final MonotonicClock clock;
    private final Settings settings;
    private final Counter deletedRows;
    private final Counter failures;
    private final Map<Integer, Progress> progress = new HashMap<>();
    private @Nullable Integer shard;
    /** This is the number of rows that the present pass deleted. */
    private long deleted;
    /** This is the number of pages of the present pass that failed. */
    private int failedPages;

    /**
     * Holds the settings of the deletion of processed rows.
     *
     * @param enabled The publisher deletes processed rows if this is true. Set it to false if the database deletes them
     *     by row-level TTL.
     * @param keep The publisher deletes a processed row this long after it was published. It must be at most 36 500
     *     days. A longer time makes the table larger.
     * @param page One statement of the retention reads at most this number of rows. More rows need fewer but longer
     *     statements.
     * @param pageWait The retention waits at most this long between two pages. After a full page, it waits as long as
     *     the page took. A longer wait causes less load on a busy server and makes a pass slower.
     * @param rest The retention waits this long after a pass over all owned shards. A longer wait causes less load and
     *     keeps expired rows for longer.
     */
    public record Settings(
            boolean enabled,
            @NotNull Duration keep,
            @Min(1) @Max(10_000) int page,
            @NotNull Duration pageWait,
            @NotNull Duration rest) {}

    private record Key(String type, String aggregate, long version, UUID id, OffsetDateTime processedAt) {}

    /**
     * Describes the progress of the deletion in a shard.
     *
     * @param from the time of processing from which the next read begins; a later read from the start deletes the
     *     earlier rows that remain
     * @param nextWholeNanos the monotonic time from which the shard is read from the start again
     */
    private record Progress(OffsetDateTime from, long nextWholeNanos) {}

    public Retention(
            JdbcTemplate jdbc, ShardLeases leases, MonotonicClock clock, MeterRegistry registry, Settings settings) {
        this.jdbc = jdbc;
        this.leases = leases;
        this.clock = clock;
        this.settings = settings;
        this.deletedRows = Counter.builder("outbox.deleted.rows")
                .description("This counter counts the processed rows that the retention deleted.")
                .register(registry);
        this.failures = Counter.builder("outbox.retention.failures")
                .description("This counter counts the pages of the retention that failed.")
                .register(registry);
    }

    /** Returns the text of the statement that reads a page. */
    public static String pageSql(int rows) {
        return PAGE + rows;
    }

    /** Returns the text of the statement that deletes the rows of a page. */
    public static String deleteSql() {
        return DELETE;
    }

    /**
     * Deletes the expired rows of one page, and returns the wait before the next page in nanoseconds. If a page of a
     * shard fails, the next pass continues with that shard. After such a failure, the wait is a backoff, or {@code
     * publisher.retention.rest} if the shard is the last one.
     */
    public long deletePage() {
        Instant databaseNow = leases.databaseNow();
        Integer current = shard == null ? nextShard(-1) : shard;
        if (current == null || databaseNow == null) {
            return settings.rest().toNanos();
        }
        long startNanos = clock.nanos();
        boolean full;
        try {
            full = deletePageOf(current, databaseNow.minus(settings.keep()).atOffset(ZoneOffset.UTC), startNanos);
        } catch (RuntimeException e) {
            long backoffNanos = FAILURE_BACKOFF.nanos(failedPages);
            recordFailure(current, e);
            // The next page is one of another shard, so that a locked row of this shard does not stop the others.
            shard = nextShard(current);
            return shard == null ? endPass() : backoffNanos;
        }
        if (full) {
            shard = current;
            return Math.min(settings.pageWait().toNanos(), clock.nanos() - startNanos);
        }
        shard = nextShard(current);
        return shard == null ? endPass() : 0;
    }

    /** Counts a failed page, and logs the first one of each pass. */
    private void recordFailure(int failedShard, RuntimeException failure) {
        failures.increment();
        failedPages++;
        if (failedPages == 1) {
            log.atWarn()
                    .addKeyValue("shard", failedShard)
                    .setCause(failure)
                    .log("The retention could not delete a page of old rows; it continues with the next shard, and the"
                            + " outbox grows until a later pass succeeds");
        } else {
            log.atDebug()
                    .addKeyValue("shard", failedShard)
                    .setCause(failure)
                    .log("The retention could not delete a further page of the same pass");
        }
    }

    /** Ends a pass, and returns the wait before the next one in nanoseconds. */
    private long endPass() {
        if (failedPages > 0) {
            log.atInfo()
                    .addKeyValue("rows", deleted)
                    .addKeyValue("failedPages", failedPages)
                    .log("The retention ended a pass over the owned shards in which pages failed; the next pass retries"
                            + " them");
        } else if (deleted > 0) {
            log.atInfo()
                    .addKeyValue("rows", deleted)
                    .log("The retention deleted processed rows in one pass over the owned shards");
        }
        deleted = 0;
        failedPages = 0;
        return settings.rest().toNanos();
    }

    /** Deletes one page of a shard, and returns whether more rows of the shard may follow. */
    private boolean deletePageOf(int current, OffsetDateTime cutoff, long nowNanos) {
        Progress before = progress.getOrDefault(current, new Progress(START, nowNanos));
        boolean whole = nowNanos - before.nextWholeNanos() >= 0;
        long nextWholeNanos = whole ? nowNanos + WHOLE_INTERVAL_NANOS : before.nextWholeNanos();
        List<Key> page;
        try {
            page = readPage(current, whole ? START : before.from(), cutoff);
        } catch (QueryTimeoutException timeout) {
            OffsetDateTime fallback = cutoff.minus(FALLBACK);
            progress.put(
                    current, new Progress(before.from().isAfter(fallback) ? before.from() : fallback, nextWholeNanos));
            throw timeout;
        }
        delete(current, page, cutoff);
        boolean full = page.size() == settings.page();
        progress.put(current, new Progress(full ? page.getLast().processedAt() : cutoff, nextWholeNanos));
        return full;
    }

    private List<Key> readPage(int current, OffsetDateTime from, OffsetDateTime cutoff) {
        return jdbc.query(
                pageSql(settings.page()),
                (row, n) -> new Key(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getObject(4, UUID.class),
                        row.getObject(5, OffsetDateTime.class)),
                current,
                from,
                cutoff);
    }

    private @Nullable Integer nextShard(int lastShard) {
        return leases.owned().stream()
                .map(Lease::shard)
                .filter(owned -> owned > lastShard)
                .min(Integer::compare)
                .orElse(null);
    }

    private void delete(int current, List<Key> expired, OffsetDateTime cutoff) {
        if (expired.isEmpty()) {
            return;
        }
        int rows = jdbc.update(DELETE, statement -> {
            ArrayParameters<Key> arrays = new ArrayParameters<>(statement, expired);
            arrays.text(1, Key::type);
            arrays.text(2, Key::aggregate);
            arrays.bigint(3, Key::version);
            arrays.uuid(4, Key::id);
            statement.setInt(5, current);
            statement.setObject(6, cutoff);
        });
        deleted += rows;
        deletedRows.increment(rows);
    }
}
