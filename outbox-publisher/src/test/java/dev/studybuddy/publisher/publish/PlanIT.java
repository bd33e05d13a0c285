package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.outbox.OutboxSchema;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** The plans that the publisher's cost rests on; what a plan looks like is the vendor's, and stands here alone. */
class PlanIT {

    private static String fill(boolean processed, int from, int to) {
        return """
            INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
              created_at, processed, processed_at)
            SELECT n %% 64, 'todo', 'a' || n, 1, gen_random_uuid(), 'todo.created', '{}',
              now() - INTERVAL '1 hour' + n * INTERVAL '1 millisecond', %s, now()
            FROM generate_series(%d, %d) AS n""".formatted(processed, from, to);
    }

    /** How a vendor shows the plan of a prepared statement, and what its plans call things. */
    private record Vendor(String explain, String wholeTable, String filtered) {
        static Vendor of(String name) {
            return name.equals("cockroachdb")
                    ? new Vendor("EXPLAIN ANALYZE EXECUTE ", "FULL SCAN", "no such line")
                    : new Vendor(
                            "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) EXECUTE ",
                            "Seq Scan on outbox",
                            "Rows Removed by Filter");
        }
    }

    @Test
    void aPollWalksThePendingIndexAndAMarkThePrimaryKeyAlsoRightAfterAnalyze() throws SQLException {
        Vendor vendor = Vendor.of(TestServers.vendor());
        try (TestDatabase database = TestServers.newDatabase()) {
            Flyway.configure()
                    .dataSource(database.dataSource())
                    .locations(OutboxSchema.LOCATION)
                    .table(OutboxSchema.HISTORY_TABLE)
                    .load()
                    .migrate();
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            jdbc.update(fill(true, 1, 100_000));
            jdbc.update(fill(false, 100_001, 120_000));
            jdbc.execute("ANALYZE outbox");
            try (Connection connection = database.dataSource().getConnection()) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SET plan_cache_mode = force_generic_plan");
                    String poll = plan(statement, vendor, "poll", JdbcOutboxTable.pollSql(shards()), pollArguments());
                    assertThat(poll)
                            .contains("outbox_pending")
                            .doesNotContain(vendor.wholeTable())
                            .doesNotContain(vendor.filtered());
                    String mark = plan(statement, vendor, "mark", JdbcWrites.MARK, markArguments());
                    assertThat(mark).contains("outbox_pkey").doesNotContain(vendor.wholeTable());
                    String predecessors = plan(
                            statement, vendor, "predecessors", JdbcOutboxTable.PREDECESSORS, predecessorArguments());
                    assertThat(predecessors).contains("outbox_pkey").doesNotContain(vendor.wholeTable());
                    String pendingFrom = plan(
                            statement,
                            vendor,
                            "pending_from",
                            JdbcOutboxTable.PENDING_FROM,
                            "40, 'todo', 'a100072', 1, 100");
                    assertThat(pendingFrom).contains("outbox_pkey").doesNotContain(vendor.wholeTable());
                }
            }
        }
    }

    private static List<Integer> shards() {
        return IntStream.range(0, 64).boxed().toList();
    }

    private static String pollArguments() {
        return shards().stream()
                .map(shard -> "'1970-01-01 00:00:00+00', '1970-01-01 00:00:00+00',"
                        + " '00000000-0000-0000-0000-000000000000', 64")
                .collect(Collectors.joining(", "));
    }

    private static String markArguments() {
        return arrays(List.of(n -> n % 64, n -> "todo", n -> "a" + n, n -> 1, n -> UUID.randomUUID(), n -> 0, n -> 0));
    }

    private static String arrays(List<Function<Integer, Object>> columns) {
        List<Integer> rows = IntStream.range(100_001, 104_001).boxed().toList();
        return columns.stream()
                .map(column -> rows.stream()
                        .map(row -> column.apply(row).toString())
                        .collect(Collectors.joining(",", "'{", "}'")))
                .collect(Collectors.joining(", "));
    }

    private static String predecessorArguments() {
        return arrays(List.of(n -> n % 64, n -> "todo", n -> "a" + n, n -> 1));
    }

    private static String plan(Statement statement, Vendor vendor, String name, String sql, String arguments)
            throws SQLException {
        StringBuilder numbered = new StringBuilder();
        int parameter = 1;
        for (int i = 0; i < sql.length(); i++) {
            numbered.append(sql.charAt(i) == '?' ? "$" + parameter++ : sql.substring(i, i + 1));
        }
        statement.execute("PREPARE " + name + " AS " + numbered);
        List<String> lines = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(vendor.explain() + name + "(" + arguments + ")")) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        }
        return String.join("\n", lines);
    }
}
