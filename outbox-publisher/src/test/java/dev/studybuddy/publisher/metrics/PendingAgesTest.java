package dev.studybuddy.publisher.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.publisher.lease.OwnedShards;
import dev.studybuddy.publisher.lease.ShardLeases;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;

class PendingAgesTest {

    private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
    private static final double AGE_SECONDS = 60;
    private static final Map<String, Double> ALL = Map.of("0", AGE_SECONDS, "1", AGE_SECONDS, "2", AGE_SECONDS);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final OneOldRowInEachShard outbox = new OneOldRowInEachShard();
    private final ShardLeases leases = OwnedShards.of(NOW, 0, 1, 2);
    private final PendingAges ages = new PendingAges(
            registry,
            outbox,
            leases,
            () -> outbox.nowNanos,
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

    @Test
    void aTakenShardIsReadFromAnHourAgoAfterItsFirstReadTimedOut() {
        outbox.statementDuration = Duration.ofSeconds(1);
        ages.update();
        OwnedShards.take(leases, 3);
        outbox.timesOutFromStart = true;

        assertThatThrownBy(ages::update).isInstanceOf(QueryTimeoutException.class);
        assertThat(outbox.lastBounds).containsEntry(3, PendingBounds.START).doesNotContainEntry(0, PendingBounds.START);
        ages.update();

        assertThat(outbox.lastBounds)
                .containsEntry(3, NOW.minus(Duration.ofHours(1)).atOffset(ZoneOffset.UTC));
        assertThat(published()).hasSize(4);
    }

    private Map<String, Double> published() {
        return registry.find("outbox.oldest.pending").gauges().stream()
                .collect(Collectors.toMap(gauge -> gauge.getId().getTag("shard"), Gauge::value));
    }

    /** This table returns one row of each shard, which is a minute old, and fails statements on a blocked shard. */
    private static final class OneOldRowInEachShard extends JdbcTemplate {

        private Set<Integer> blockedShards = Set.of();
        private final List<List<Integer>> statements = new ArrayList<>();
        /** This map holds the bound of each shard of the last statement. */
        private final Map<Integer, Object> lastBounds = new HashMap<>();

        private Duration statementDuration = Duration.ZERO;
        private long nowNanos;
        private boolean timesOutFromStart;

        /** Returns the shards of each statement since the last call. */
        private List<List<Integer>> statementShards() {
            List<List<Integer>> shards = List.copyOf(statements);
            statements.clear();
            return shards;
        }

        @Override
        public <T> List<T> query(String sql, RowMapper<T> mapper, Object... arguments) {
            List<Integer> shards = new ArrayList<>();
            lastBounds.clear();
            for (int n = 0; n < arguments.length; n += 2) {
                shards.add((Integer) arguments[n]);
                lastBounds.put((Integer) arguments[n], arguments[n + 1]);
            }
            statements.add(shards);
            nowNanos += statementDuration.toNanos();
            if (timesOutFromStart && lastBounds.containsValue(PendingBounds.START)) {
                throw new QueryTimeoutException("timed out", new SQLException("timed out", "57014"));
            }
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
