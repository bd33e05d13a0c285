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
 * How old the oldest pending event of each owned shard is: one statement, one index entry a shard, now and then. A shard
 * without a pending event shows 0; one that is not owned is another instance's to show. A look that fails leaves none.
 */
public final class PendingAges {

    private static final String OLDEST_OF = """
            (SELECT shard, CAST(EXTRACT(EPOCH FROM now() - created_at) AS DOUBLE PRECISION) FROM outbox
             WHERE shard = %d AND processed = false ORDER BY created_at, id LIMIT 1)""";

    private final JdbcTemplate jdbc;
    private final ShardLeases leases;
    private final long everyNanos;
    private final MultiGauge ages;

    private record Age(int shard, double seconds) {}

    /**
     * @param everyNanos from one look to the next
     */
    public PendingAges(MeterRegistry registry, JdbcTemplate jdbc, ShardLeases leases, long everyNanos) {
        this.jdbc = jdbc;
        this.leases = leases;
        this.everyNanos = everyNanos;
        this.ages = MultiGauge.builder("outbox.oldest.pending")
                .baseUnit("seconds")
                .description("Age of the oldest pending event of an owned shard, by the database's clock")
                .register(registry);
    }

    /** One look; answers how long to wait for the next, nanoseconds. */
    public long step() {
        List<Integer> owned = leases.owned().stream().map(Lease::shard).sorted().toList();
        try {
            show(owned, owned.isEmpty() ? List.of() : look(owned));
        } catch (RuntimeException e) {
            ages.register(List.of(), true);
            throw e;
        }
        return everyNanos;
    }

    /** The text of a look at these shards. */
    static String sql(List<Integer> shards) {
        return shards.stream().map(OLDEST_OF::formatted).collect(Collectors.joining("\nUNION ALL\n"));
    }

    private List<Age> look(List<Integer> owned) {
        return jdbc.query(sql(owned), (row, n) -> new Age(row.getInt(1), Math.max(0, row.getDouble(2))));
    }

    private void show(List<Integer> owned, List<Age> pending) {
        var seconds = pending.stream().collect(Collectors.toMap(Age::shard, Age::seconds));
        ages.register(
                owned.stream()
                        .map(shard -> MultiGauge.Row.of(
                                Tags.of("shard", Integer.toString(shard)), seconds.getOrDefault(shard, 0.0)))
                        .toList(),
                true);
    }
}
