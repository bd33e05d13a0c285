package dev.studybuddy.publisher.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.outbox.OutboxSchema;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Position;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Checks the plans that the publisher's cost depends on. The text of a plan depends on the vendor, and only this class
 * reads it. {@code -Dplan.processed=…} and {@code -Dplan.pending=…} set the sizes.
 */
class PlanIT {

    private static final int PROCESSED = Integer.getInteger("plan.processed", 100_000);
    private static final int PENDING = Integer.getInteger("plan.pending", 20_000);
    private static final int PAGE = 64;
    /**
     * One branch may touch this many blocks in addition to the rows that it returns: the path from the root of the
     * index to a leaf, and one or two heap pages that it shares.
     */
    private static final int MAX_EXTRA_BLOCKS_PER_BRANCH = 6;

    private static String insertRows(boolean processed, int from, int to) {
        return """
            INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
              created_at, processed, processed_at)
            SELECT n %% 64, 'todo', 'a' || n, 1, gen_random_uuid(), 'todo.created', '{}',
              now() - INTERVAL '3 hours' + n * INTERVAL '1 millisecond', %s, %s
            FROM generate_series(%d, %d) AS n""".formatted(processed, processed ? "now()" : "NULL", from, to);
    }

    /** A vendor has a statement that shows the plan of a prepared statement, and has terms for the steps of a plan. */
    private record Vendor(String explain, String wholeTable, String filtered) {
        private static final Pattern BLOCKS = Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?");

        /**
         * Returns the blocks that a statement touched, if the vendor reports them. The first line counts those of the
         * whole plan.
         */
        OptionalLong blocks(String plan) {
            Matcher first = BLOCKS.matcher(plan);
            return first.find()
                    ? OptionalLong.of(number(first.group(1)) + number(first.group(2)))
                    : OptionalLong.empty();
        }

        private static long number(@Nullable String group) {
            return group == null ? 0 : Long.parseLong(group);
        }

        static Vendor of(String name) {
            return name.equals("cockroachdb")
                    ? new Vendor("EXPLAIN ANALYZE EXECUTE ", "FULL SCAN", "no such line")
                    : new Vendor("EXPLAIN (ANALYZE, BUFFERS) EXECUTE ", "Seq Scan on outbox", "Rows Removed by Filter");
        }
    }

    private static TestDatabase migrated() {
        TestDatabase database = TestServers.newDatabase();
        Flyway.configure()
                .dataSource(database.dataSource())
                .locations(OutboxSchema.LOCATION)
                .table(OutboxSchema.HISTORY_TABLE)
                .load()
                .migrate();
        return database;
    }

    private static int firstPending() {
        return (PROCESSED / Shards.COUNT + 1) * Shards.COUNT;
    }

    /** The planner collected its statistics at one of these times. */
    enum Statistics {
        OF_A_BACKLOG,
        OF_AN_IDLE_TABLE,
        /** The planner has no statistics, and the statements are planned on an empty table, as in a new system. */
        NONE
    }

    @ParameterizedTest
    @EnumSource
    void aPollUsesThePendingIndexAndOtherStatementsThePrimaryKey(Statistics statistics) throws SQLException {
        Vendor vendor = Vendor.of(TestServers.vendor());
        try (TestDatabase database = migrated();
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(connectionInitSql());
            Plans plans = new Plans(statement, vendor);
            if (statistics == Statistics.NONE) {
                plans.explainAll();
            }
            statement.execute(insertRows(true, 1, firstPending() - 1));
            if (statistics == Statistics.OF_AN_IDLE_TABLE) {
                statement.execute("ANALYZE outbox");
            }
            statement.execute(insertRows(false, firstPending(), firstPending() + PENDING - 1));
            if (statistics == Statistics.OF_A_BACKLOG) {
                statement.execute("ANALYZE outbox");
            }
            Map<String, String> all = plans.explainAll();
            assertThat(all)
                    .allSatisfy((name, plan) -> assertThat(plan)
                            .as(name)
                            .contains(name.equals("poll") ? "outbox_pending" : "outbox_pkey")
                            .doesNotContain(vendor.wholeTable()));
            String poll = all.getOrDefault("poll", "");
            assertThat(poll).doesNotContain(vendor.filtered());
            vendor.blocks(poll)
                    .ifPresent(blocks -> assertThat(blocks)
                            .as("blocks for the returned rows, and a constant for each shard")
                            .isLessThanOrEqualTo(Math.min(PENDING, Shards.COUNT * PAGE)
                                    + (long) Shards.COUNT * MAX_EXTRA_BLOCKS_PER_BRANCH));
        }
    }

    /** Explains the publisher's statements, each of which is prepared once. */
    private static final class Plans {
        private final Statement statement;
        private final Vendor vendor;
        private final Set<String> prepared = new HashSet<>();

        Plans(Statement statement, Vendor vendor) {
            this.statement = statement;
            this.vendor = vendor;
        }

        Map<String, String> explainAll() throws SQLException {
            return Map.of(
                    "poll", explain("poll", JdbcOutboxTable.pagesSql(Shards.COUNT, "?"), pollArguments()),
                    "mark", explain("mark", JdbcOutboxWriter.MARK, markArguments()),
                    "delete", explain("delete", JdbcOutboxWriter.DELETE, deleteArguments()),
                    "attempt", explain("attempt", JdbcOutboxWriter.ATTEMPT, attemptArguments()),
                    "predecessors", explain("predecessors", JdbcOutboxTable.PREDECESSORS, predecessorArguments()),
                    "pending_from",
                            explain(
                                    "pending_from",
                                    JdbcOutboxTable.pendingFromSql("?"),
                                    "0, 'todo', 'a" + firstPending() + "', 1, 100"));
        }

        private String explain(String name, String sql, String arguments) throws SQLException {
            if (prepared.add(name)) {
                statement.execute("PREPARE " + name + " AS " + numbered(sql));
            }
            List<String> lines = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(vendor.explain() + name + "(" + arguments + ")")) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
            String plan = String.join("\n", lines);
            String duration = lines.stream()
                    .map(String::strip)
                    .filter(line -> line.startsWith("Execution Time") || line.startsWith("execution time"))
                    .findFirst()
                    .orElse("");
            System.out.printf("plan of %s: %s blocks, %s%n", name, vendor.blocks(plan), duration);
            return plan;
        }

        private static String numbered(String sql) {
            StringBuilder numbered = new StringBuilder();
            int parameter = 1;
            for (int i = 0; i < sql.length(); i++) {
                numbered.append(sql.charAt(i) == '?' ? "$" + parameter++ : sql.substring(i, i + 1));
            }
            return numbered.toString();
        }
    }

    @Test
    void aSweepTimesOutWhileAPollKeepsWaiting() throws SQLException {
        try (TestDatabase database = migrated()) {
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            OutboxTable table = new JdbcOutboxTable(jdbc, System::nanoTime, Duration.ofSeconds(1));
            List<PageRequest> requests = List.of(new PageRequest(3, Position.START, 10));
            assertThat(table.readSweepPages(requests)).isEmpty();

            try (Connection holder = database.dataSource().getConnection();
                    Statement lock = holder.createStatement()) {
                holder.setAutoCommit(false);
                lock.execute(blockReaders(TestServers.vendor()));
                assertThatThrownBy(() -> table.readSweepPages(requests)).isInstanceOf(QueryTimeoutException.class);
                CompletableFuture<List<OutboxRow>> poll =
                        CompletableFuture.supplyAsync(() -> table.readPages(requests));
                assertThatThrownBy(() -> table.readSweepPages(requests)).isInstanceOf(QueryTimeoutException.class);
                assertThat(poll).isNotDone();
                holder.rollback();
                assertThat(poll).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(List.of());
            }
        }
    }

    /**
     * Returns a statement that makes readers wait. In CockroachDB an uncommitted write makes them wait; in PostgreSQL
     * only a table lock does.
     */
    private static String blockReaders(String vendor) {
        return vendor.equals("cockroachdb")
                ? "INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)"
                        + " VALUES (3, 'todo', 'open', 1, gen_random_uuid(), 'todo.created', '{}')"
                : "LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE";
    }

    /** Returns the setting that the program is delivered with. */
    private static String connectionInitSql() {
        YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource("application.yaml"));
        return Objects.requireNonNull(yaml.getObject()).getProperty("spring.datasource.hikari.connection-init-sql");
    }

    private static List<Integer> shards() {
        return IntStream.range(0, Shards.COUNT).boxed().toList();
    }

    private static String pollArguments() {
        return shards().stream()
                .map(shard -> shard + ", '1970-01-01 00:00:00+00', 'infinity', '1970-01-01 00:00:00+00',"
                        + " '00000000-0000-0000-0000-000000000000', " + PAGE)
                .collect(Collectors.joining(", "));
    }

    private static String markArguments() {
        return arrays(List.of(n -> n % 64, n -> "todo", n -> "a" + n, n -> 1, n -> UUID.randomUUID(), n -> 0, n -> 0));
    }

    private static String deleteArguments() {
        return arrays(List.of(n -> n % 64, n -> "todo", n -> "a" + n, n -> 1, n -> UUID.randomUUID()));
    }

    private static String arrays(List<Function<Integer, Object>> columns) {
        List<Integer> rows =
                IntStream.range(firstPending(), firstPending() + 4_000).boxed().toList();
        return columns.stream()
                .map(column -> rows.stream()
                        .map(row -> column.apply(row).toString())
                        .collect(Collectors.joining(",", "'{", "}'")))
                .collect(Collectors.joining(", "));
    }

    private static String predecessorArguments() {
        return arrays(List.of(n -> n % 64, n -> "todo", n -> "a" + n, n -> 1));
    }

    private static String attemptArguments() {
        return "1, 'refused', 1000, 0, 'todo', 'a" + firstPending() + "', 1, '" + UUID.randomUUID()
                + "', 0, 'nobody', 1";
    }
}
