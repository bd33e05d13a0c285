package dev.studybuddy.publisher.metrics;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.outbox.SqlStates;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Measures the age of the oldest pending event of each owned shard for a gauge. One statement reads one index entry for
 * each shard at a fixed interval, from the bound that {@link PendingBounds} holds. The gauge of a shard without a
 * pending event is 0. If the query fails, the gauges are removed, so that no gauge shows an old value.
 *
 * <p>On CockroachDB, a read waits for an open transaction that changed a row in its range, and ends after the lock
 * timeout. The shards are then read one by one, until each of them can be read, and only those that wait have no gauge.
 */
public final class PendingAges {

    private static final Logger log = LoggerFactory.getLogger(PendingAges.class);

    private static final String OLDEST = """
            (SELECT shard, created_at, now() FROM outbox
             WHERE shard = ? AND processed = false AND created_at >= ? ORDER BY created_at, id LIMIT 1)""";

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final double MILLIS_PER_SECOND = 1000;

    private final JdbcTemplate jdbc;
    private final ShardLeases leases;
    private final MonotonicClock clock;
    private final PendingBounds bounds;
    private final long intervalNanos;
    private final MultiGauge ages;
    /** The last query waited too long for other transactions in these shards. */
    private List<Integer> blocked = List.of();

    private record OldestEvent(int shard, Instant createdAt, Instant databaseNow) {}

    /** Lists the shards that were read, and the oldest pending event of each of them that has one. */
    private record ReadShards(List<Integer> shards, List<OldestEvent> oldest) {}

    /**
     * @param bounds the lower bounds of the query
     * @param intervalNanos the time between two queries, in nanoseconds
     */
    public PendingAges(
            MeterRegistry registry,
            JdbcTemplate jdbc,
            ShardLeases leases,
            MonotonicClock clock,
            PendingBounds bounds,
            long intervalNanos) {
        this.jdbc = jdbc;
        this.leases = leases;
        this.clock = clock;
        this.bounds = bounds;
        this.intervalNanos = intervalNanos;
        this.ages = MultiGauge.builder("outbox.oldest.pending")
                .baseUnit("seconds")
                .description(
                        "This gauge is the age of the oldest pending event of an owned shard by the database's clock, at"
                                + " most a day.")
                .register(registry);
    }

    /** Updates the gauges, and returns the wait before the next update in nanoseconds. */
    public long update() {
        List<Integer> owned = leases.owned().stream().map(Lease::shard).sorted().toList();
        Instant renewedAt = leases.databaseNow();
        try {
            setGauges(
                    owned.isEmpty() || renewedAt == null
                            ? new ReadShards(owned, List.of())
                            : queryOldest(owned, renewedAt));
        } catch (RuntimeException e) {
            ages.register(List.of(), true);
            throw e;
        }
        return intervalNanos;
    }

    /** Returns the text of the query of this number of shards. */
    public static String sql(int shards) {
        return String.join("\nUNION ALL\n", Collections.nCopies(shards, OLDEST));
    }

    private ReadShards queryOldest(List<Integer> owned, Instant renewedAt) {
        long startNanos = clock.nanos();
        boolean full = bounds.isFullReadDue(startNanos);
        List<OffsetDateTime> from = bounds.all(startNanos);
        try {
            ReadShards read = readUnblocked(owned, from);
            bounds.recordRead(
                    read.shards(),
                    read.oldest().stream().collect(Collectors.toMap(OldestEvent::shard, OldestEvent::createdAt)),
                    renewedAt,
                    full,
                    startNanos,
                    clock.nanos());
            return read;
        } catch (QueryTimeoutException timeout) {
            // A shard that this instance took lately has no bound, even if the others have one.
            if (owned.stream().anyMatch(shard -> from.get(shard).equals(PendingBounds.START))) {
                bounds.recordTimeout(renewedAt, clock.nanos());
            }
            throw timeout;
        }
    }

    private ReadShards readUnblocked(List<Integer> owned, List<OffsetDateTime> from) {
        if (blocked.isEmpty()) {
            try {
                return new ReadShards(owned, read(owned, from));
            } catch (DataAccessException failure) {
                if (!SqlStates.isLockTimeout(failure)) {
                    throw failure;
                }
            }
        }
        List<Integer> shards = new ArrayList<>();
        List<OldestEvent> oldest = new ArrayList<>();
        for (int shard : owned) {
            try {
                oldest.addAll(read(List.of(shard), from));
                shards.add(shard);
            } catch (DataAccessException failure) {
                if (!SqlStates.isLockTimeout(failure)) {
                    throw failure;
                }
            }
        }
        recordBlocked(owned.stream().filter(shard -> !shards.contains(shard)).toList());
        return new ReadShards(shards, oldest);
    }

    private List<OldestEvent> read(List<Integer> shards, List<OffsetDateTime> from) {
        return jdbc.query(
                sql(shards.size()),
                (row, n) -> new OldestEvent(row.getInt(1), requiredInstant(row, 2), requiredInstant(row, 3)),
                shards.stream()
                        .flatMap(shard -> Stream.of(shard, from.get(shard)))
                        .toArray());
    }

    private void recordBlocked(List<Integer> shards) {
        if (!shards.isEmpty() && !shards.equals(blocked)) {
            log.atWarn()
                    .addKeyValue("shards", shards)
                    .log("The query of the oldest pending events waited too long for other transactions in these"
                            + " shards; they have no gauge until the query can read them");
        }
        blocked = shards;
    }

    private static Instant requiredInstant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** Returns an age in seconds, between 0 and a day. A writer may choose any creation time. */
    private static double seconds(Duration age) {
        if (age.isNegative()) {
            return 0;
        }
        return (age.compareTo(LONGEST) > 0 ? LONGEST : age).toMillis() / MILLIS_PER_SECOND;
    }

    private void setGauges(ReadShards read) {
        var seconds = read.oldest().stream()
                .collect(Collectors.toMap(
                        OldestEvent::shard,
                        oldest -> seconds(Duration.between(oldest.createdAt(), oldest.databaseNow()))));
        ages.register(
                read.shards().stream()
                        .map(shard -> MultiGauge.Row.of(
                                Tags.of("shard", Integer.toString(shard)), seconds.getOrDefault(shard, 0.0)))
                        .toList(),
                true);
    }
}
