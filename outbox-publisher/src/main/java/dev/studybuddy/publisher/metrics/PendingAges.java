package dev.studybuddy.publisher.metrics;

import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Publishes the age of the oldest pending event of each owned shard as a gauge. One statement reads one index entry for
 * each shard at a fixed interval. The gauge of a shard without a pending event is 0. The owner of a shard publishes its
 * gauge. If the query fails, the gauges are removed rather than left stale.
 */
public final class PendingAges {

    private static final String OLDEST_OF = """
            (SELECT shard, CAST(EXTRACT(EPOCH FROM now() - created_at) AS DOUBLE PRECISION) FROM outbox
             WHERE shard = %d AND processed = false ORDER BY created_at, id LIMIT 1)""";

    private final JdbcTemplate jdbc;
    private final ShardLeases leases;
    private final long intervalNanos;
    private final MultiGauge ages;

    private record Age(int shard, double seconds) {}

    /**
     * @param intervalNanos the time between two queries, in nanoseconds
     */
    public PendingAges(MeterRegistry registry, JdbcTemplate jdbc, ShardLeases leases, long intervalNanos) {
        this.jdbc = jdbc;
        this.leases = leases;
        this.intervalNanos = intervalNanos;
        this.ages = MultiGauge.builder("outbox.oldest.pending")
                .baseUnit("seconds")
                .description("Age of the oldest pending event of an owned shard by the database's clock")
                .register(registry);
    }

    /** Updates the gauges, and returns the wait before the next update in nanoseconds. */
    public long update() {
        List<Integer> owned = leases.owned().stream().map(Lease::shard).sorted().toList();
        try {
            setGauges(owned, owned.isEmpty() ? List.of() : queryAges(owned));
        } catch (RuntimeException e) {
            ages.register(List.of(), true);
            throw e;
        }
        return intervalNanos;
    }

    /** Returns the text of the query for these shards. */
    static String sql(List<Integer> shards) {
        return shards.stream().map(OLDEST_OF::formatted).collect(Collectors.joining("\nUNION ALL\n"));
    }

    private List<Age> queryAges(List<Integer> owned) {
        return jdbc.query(sql(owned), (row, n) -> new Age(row.getInt(1), Math.max(0, row.getDouble(2))));
    }

    private void setGauges(List<Integer> owned, List<Age> pending) {
        var seconds = pending.stream().collect(Collectors.toMap(Age::shard, Age::seconds));
        ages.register(
                owned.stream()
                        .map(shard -> MultiGauge.Row.of(
                                Tags.of("shard", Integer.toString(shard)), seconds.getOrDefault(shard, 0.0)))
                        .toList(),
                true);
    }
}
