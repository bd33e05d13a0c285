package dev.studybuddy.publisher.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.publisher.lease.OwnedShards;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;

class PendingAgesTest {

    private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
    private static final double AGE_SECONDS = 60;
    private static final Map<String, Double> ALL = Map.of("0", AGE_SECONDS, "1", AGE_SECONDS, "2", AGE_SECONDS);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final OneOldRowInEachShard outbox = new OneOldRowInEachShard();
    private final PendingAges ages = new PendingAges(
            registry,
            outbox,
            OwnedShards.of(NOW, 0, 1, 2),
            () -> 0,
            new PendingBounds(Duration.ofMinutes(1)),
            Duration.ofSeconds(10).toNanos());

    @Test
    void anOpenTransactionRemovesTheAgeOfItsShardOnly() {
        ages.update();
        assertThat(published()).isEqualTo(ALL);

        outbox.blockedShards = Set.of(1);
        ages.update();
        assertThat(published()).isEqualTo(Map.of("0", AGE_SECONDS, "2", AGE_SECONDS));

        outbox.blockedShards = Set.of();
        ages.update();
        assertThat(published()).isEqualTo(ALL);
    }

    @Test
    void theShardsAreReadTogetherAgainAfterEachOfThemWasRead() {
        outbox.blockedShards = Set.of(1);
        ages.update();
        assertThat(outbox.statementShards()).isEqualTo(List.of(List.of(0, 1, 2), List.of(0), List.of(1), List.of(2)));

        outbox.blockedShards = Set.of();
        ages.update();
        assertThat(outbox.statementShards()).isEqualTo(List.of(List.of(0), List.of(1), List.of(2)));
        ages.update();
        assertThat(outbox.statementShards()).isEqualTo(List.of(List.of(0, 1, 2)));
    }

    private Map<String, Double> published() {
        return registry.find("outbox.oldest.pending").gauges().stream()
                .collect(Collectors.toMap(gauge -> gauge.getId().getTag("shard"), Gauge::value));
    }

    /** This table returns one row of each shard, which is a minute old, and fails statements on a blocked shard. */
    private static final class OneOldRowInEachShard extends JdbcTemplate {

        private Set<Integer> blockedShards = Set.of();
        private final List<List<Integer>> statements = new ArrayList<>();

        /** Returns the shards of each statement since the last call. */
        private List<List<Integer>> statementShards() {
            List<List<Integer>> shards = List.copyOf(statements);
            statements.clear();
            return shards;
        }

        @Override
        public <T> List<T> query(String sql, RowMapper<T> mapper, Object... arguments) {
            List<Integer> shards = new ArrayList<>();
            for (Object argument : arguments) {
                if (argument instanceof Integer shard) {
                    shards.add(shard);
                }
            }
            statements.add(shards);
            if (shards.stream().anyMatch(blockedShards::contains)) {
                throw new UncategorizedSQLException("read", sql, new SQLException("The test blocks a shard", "55P03"));
            }
            List<T> rows = new ArrayList<>();
            try {
                for (int shard : shards) {
                    rows.add(mapper.mapRow(row(shard), rows.size()));
                }
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
            return rows;
        }

        private static ResultSet row(int shard) {
            return (ResultSet) Proxy.newProxyInstance(
                    PendingAgesTest.class.getClassLoader(),
                    new Class<?>[] {ResultSet.class},
                    (proxy, method, given) -> switch (method.getName()) {
                        case "getInt" -> shard;
                        case "getObject" ->
                            given[0].equals(2)
                                    ? NOW.minusSeconds((long) AGE_SECONDS).atOffset(ZoneOffset.UTC)
                                    : NOW.atOffset(ZoneOffset.UTC);
                        default -> throw new UnsupportedOperationException(method.getName());
                    });
        }
    }
}
