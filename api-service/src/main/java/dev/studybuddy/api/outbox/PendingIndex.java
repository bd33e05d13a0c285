package dev.studybuddy.api.outbox;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.outbox.Shards;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads the index of pending rows of all shards in one statement, and counts at most a given number of rows of each
 * shard. The recorded bound of a shard is the creation time at which a query of the shard begins, so that the query
 * does not read the index entries of older rows, which were processed. Usually, earlier counts found no pending row
 * before the bound. If the first full read timed out, the bound is one hour before that read. An old row that an
 * operator retried may be before the bound, until the next full read, which begins at the oldest row.
 */
@Repository
final class PendingIndex {

    private static final Logger LOG = LoggerFactory.getLogger(PendingIndex.class);

    private static final String COUNTS = ofEachShard("""
            (SELECT CAST({shard} AS INTEGER) AS shard, count(*) AS pending, min(created_at) AS oldest, now() AS now
             FROM (SELECT created_at FROM outbox WHERE shard = {shard} AND processed = false AND created_at >= ?
                   AND created_at <= ? ORDER BY created_at, id LIMIT {limit}) s)""");

    private static final String FIRST_PENDING = """
            (SELECT 1 FROM outbox WHERE shard = {shard} AND processed = false AND created_at >= ?
             AND created_at <= ? ORDER BY created_at, id LIMIT 1)""";

    /** This condition is true if a row of a range is pending. Its parameters are {@link PendingRange#parameters()}. */
    static final String ANY_PENDING = anyPending(0, Shards.COUNT - 1);

    private static final String COUNT_OF_SHARD = """
            SELECT count(*) FROM (
              SELECT 1 FROM outbox WHERE shard = ? AND processed = false AND created_at >= ?
              ORDER BY created_at, id LIMIT {limit}) s""";

    /** A row is committed at most this long after its creation: the limit of a transaction, and a margin. */
    private static final Duration LATEST_COMMIT = Duration.ofSeconds(65);

    private static final Duration WAIT_AFTER_TIMEOUT = Duration.ofMinutes(10);

    private final JdbcClient jdbc;
    private final MonotonicClock clock;
    private final Clock wallClock;
    private final PendingBounds bounds = new PendingBounds(LATEST_COMMIT);

    /** The last count from the oldest row timed out at this reading of the monotonic clock; null if none timed out. */
    private volatile @Nullable Long timedOutNanos;

    PendingIndex(JdbcClient jdbc, MonotonicClock clock, Clock wallClock) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.wallClock = wallClock;
    }

    /**
     * Contains the number of pending rows of one shard.
     *
     * @param pending the number of pending rows, at most the limit
     */
    private record ShardCount(
            int shard, long pending, @Nullable Instant oldest, Instant now) {}

    /**
     * Contains the counts of all shards.
     *
     * @param now the time of the database's clock
     * @param pending the number of pending rows, at most the limit of each shard
     * @param pendingByShard the number of pending rows of each shard, at most the limit
     * @param oldestByShard the creation time of the oldest pending row of each shard that has one
     */
    record Counts(Instant now, long pending, Map<Integer, Long> pendingByShard, Map<Integer, Instant> oldestByShard) {

        /** Returns the shards with this number of rows. */
        List<Integer> shardsWith(long rows) {
            return pendingByShard.entrySet().stream()
                    .filter(shard -> shard.getValue() == rows)
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
        }
    }

    /** Joins the text for each shard, in which {@code {shard}} stands for its number, to one statement. */
    static String ofEachShard(String branch) {
        return ofShards(branch, 0, Shards.COUNT - 1);
    }

    /**
     * Returns a condition that is true if any row of a range is pending in a shard from the first to the last one.
     * {@link PendingRange#parameters(int, int)} are its parameters.
     */
    static String anyPending(int firstShard, int lastShard) {
        return "EXISTS (" + ofShards(FIRST_PENDING, firstShard, lastShard) + ")";
    }

    private static String ofShards(String branch, int firstShard, int lastShard) {
        return IntStream.rangeClosed(firstShard, lastShard)
                .mapToObj(shard -> branch.replace("{shard}", Integer.toString(shard)))
                .collect(Collectors.joining("\nUNION ALL\n"));
    }

    /** Returns the text of the statement that counts at most this number of rows of each shard. */
    static String countsSql(int limitOfShard) {
        return COUNTS.replace("{limit}", Integer.toString(limitOfShard));
    }

    /**
     * Counts the pending rows from the recorded bounds, or from the oldest row if such a full read is due, and records
     * the bounds for the next queries.
     */
    Counts count(int limitOfShard) {
        long startNanos = clock.nanos();
        boolean full = bounds.isFullReadDue(startNanos);
        try {
            Counts counts = count(limitOfShard, new PendingRange(bounds.all(startNanos), OffsetDateTime.MAX));
            bounds.recordRead(
                    IntStream.range(0, Shards.COUNT).boxed().toList(),
                    counts.oldestByShard(),
                    counts.now(),
                    full,
                    startNanos,
                    clock.nanos());
            return counts;
        } catch (QueryTimeoutException timeout) {
            if (full) {
                bounds.recordTimeout(wallClock.instant(), clock.nanos());
            }
            throw timeout;
        }
    }

    /**
     * Counts at most this number of rows of each shard, from the oldest row up to a time. The result is empty if the
     * database cannot read the whole index in time. It stays empty for the next ten minutes, because another attempt
     * would probably time out too.
     */
    Optional<Counts> countFromOldest(int limitOfShard, OffsetDateTime createdUpTo) {
        Long timedOut = timedOutNanos;
        if (timedOut != null && clock.nanos() - timedOut < WAIT_AFTER_TIMEOUT.toNanos()) {
            return Optional.empty();
        }
        try {
            return Optional.of(count(limitOfShard, PendingRange.between(PendingBounds.START, createdUpTo)));
        } catch (QueryTimeoutException slow) {
            timedOutNanos = clock.nanos();
            LOG.atInfo()
                    .addKeyValue("error", slow.getMessage())
                    .log("The database did not read the whole index of pending rows in time; for ten minutes, such"
                            + " counts begin at the recorded bounds");
            return Optional.empty();
        }
    }

    /** Counts at most this number of pending rows of one shard, from its recorded bound. */
    long countOfShard(int shard, int limit) {
        return jdbc.sql(COUNT_OF_SHARD.replace("{limit}", Integer.toString(limit)))
                .param(shard)
                .param(bounds().get(shard))
                .query(Long.class)
                .single();
    }

    /** Returns the range of the rows that were created no later than a time, from the recorded bounds. */
    PendingRange rangeUpTo(OffsetDateTime createdUpTo) {
        return new PendingRange(bounds(), createdUpTo);
    }

    /**
     * Returns the part of a range that contains all rows that a count of the range found pending, and the rows that
     * commit late. The part also contains a row that becomes pending again later, although the recorded bounds may have
     * passed this row.
     */
    static PendingRange narrow(PendingRange range, Counts counts) {
        Instant end = range.upTo().toInstant();
        return new PendingRange(
                IntStream.range(0, Shards.COUNT)
                        .mapToObj(shard -> counts.oldestByShard().getOrDefault(shard, end))
                        .map(oldest -> oldest.minus(LATEST_COMMIT))
                        .map(from -> from.isBefore(Instant.EPOCH) ? PendingBounds.START : from.atOffset(ZoneOffset.UTC))
                        .toList(),
                range.upTo());
    }

    /** Counts at most this number of pending rows of each shard in a range. */
    Counts count(int limitOfShard, PendingRange range) {
        JdbcClient.StatementSpec statement = jdbc.sql(countsSql(limitOfShard)).params(range.parameters());
        List<ShardCount> shards = statement
                .query((row, number) -> {
                    Timestamp oldest = row.getTimestamp("oldest");
                    return new ShardCount(
                            row.getInt("shard"),
                            row.getLong("pending"),
                            oldest == null ? null : oldest.toInstant(),
                            row.getTimestamp("now").toInstant());
                })
                .list();
        Map<Integer, Instant> oldest = new HashMap<>();
        for (ShardCount shard : shards) {
            Instant ofShard = shard.oldest();
            if (ofShard != null) {
                oldest.put(shard.shard(), ofShard);
            }
        }
        return new Counts(
                shards.getFirst().now(),
                shards.stream().mapToLong(ShardCount::pending).sum(),
                shards.stream().collect(Collectors.toMap(ShardCount::shard, ShardCount::pending)),
                oldest);
    }

    /** Returns the recorded bound of each shard, also while the next {@link #count(int)} begins at the oldest row. */
    List<OffsetDateTime> bounds() {
        return bounds.recorded();
    }
}
