package dev.studybuddy.publisher.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.metrics.PendingAges;
import dev.studybuddy.publisher.retention.Retention;
import dev.studybuddy.publisher.testing.OutboxDatabases;
import dev.studybuddy.testkit.StatementCosts;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;

/**
 * Checks how many rows the publisher's statements read, on an outbox with many processed rows whose entries are still
 * in the index of pending rows. {@code -Dplan.processed=…} and {@code -Dplan.pending=…} set the numbers of rows.
 */
class PlanIT {

    private static final int PROCESSED = Integer.getInteger("plan.processed", 100_000);
    private static final int PENDING = Integer.getInteger("plan.pending", 20_000);
    private static final int PAGE = 64;
    private static final int BATCH = Math.min(4_000, PENDING);
    private static final int DELETED = 500;
    /**
     * One branch may touch this many blocks in addition to the rows that it returns: the path from the root of the
     * index to a leaf, and one or two heap pages that it shares.
     */
    private static final int MAX_EXTRA_BLOCKS_PER_BRANCH = 6;
    /** The creation times of all rows are spread over this time, and the last pending row is created now. */
    private static final String AGE = "INTERVAL '3 hours'";

    /** Returns a statement that inserts the rows with these numbers. Row n belongs to shard n mod 64. */
    private static String insertRows(int from, int to) {
        return """
            INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
              created_at)
            SELECT n % 64, 'todo', 'a' || n, 1, CAST('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0') AS UUID),
              'todo.created', '{}', now() - {age} + n * {age} / {all}
            FROM generate_series({from}, {to}) AS n""".replace("{age}", AGE)
                .replace("{all}", Integer.toString(firstPending() + PENDING))
                .replace("{from}", Integer.toString(from))
                .replace("{to}", Integer.toString(to));
    }

    private static final String MARK_ALL = """
            UPDATE outbox SET processed = true, processed_at = created_at
            WHERE shard = {shard} AND processed = false""";

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
    void noStatementReadsManyMoreRowsThanItReturns(Statistics statistics) throws SQLException {
        try (TestDatabase database = OutboxDatabases.newDatabase();
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(connectionInitSql());
            Costs costs = new Costs(statement);
            if (statistics == Statistics.NONE) {
                costs.measureReads();
                costs.measureWrites();
            }
            insertProcessedRows(statement);
            if (statistics == Statistics.OF_AN_IDLE_TABLE) {
                statement.execute("ANALYZE outbox");
            }
            statement.execute(insertRows(firstPending(), firstPending() + PENDING - 1));
            if (statistics == Statistics.OF_A_BACKLOG) {
                statement.execute("ANALYZE outbox");
            }
            List<StatementCosts.Cost> all = new ArrayList<>(costs.measureReads());
            all.addAll(costs.measureWrites());
            System.out.println(
                    "Statistics " + statistics + ", " + PROCESSED + " processed and " + PENDING + " pending rows");
            all.forEach(cost -> System.out.println("  " + cost.line()));

            assertThat(all)
                    .allSatisfy(cost -> assertThat(cost.plan())
                            .as(cost.name())
                            .contains(INDEX.getOrDefault(cost.name(), "outbox_pkey"))
                            .matches(plan -> !cost.wholeTable(), "reads no whole table"));
            assertThat(all)
                    .allSatisfy(cost -> assertThat(cost.rowsRead())
                            .as("rows that are read by %s: %s", cost.name(), cost.plan())
                            .isLessThanOrEqualTo(MAX_ROWS.get(cost.name())));
            all.stream()
                    .filter(cost -> INDEX.getOrDefault(cost.name(), "").equals("outbox_pending"))
                    .filter(cost -> !cost.name().equals("sweep_slice"))
                    .forEach(cost -> assertThat(cost.blocks().orElse(0))
                            .as("blocks of %s for the returned rows, and a constant for each shard", cost.name())
                            .isLessThanOrEqualTo(Math.min(PENDING, Shards.COUNT * PAGE)
                                    + (long) Shards.COUNT * MAX_EXTRA_BLOCKS_PER_BRANCH));
        }
    }

    /** Inserts rows and marks them, so that the index of pending rows keeps an entry of each. */
    private static void insertProcessedRows(Statement statement) throws SQLException {
        if (TestServers.vendor().equals("postgresql")) {
            statement.execute("ALTER TABLE outbox SET (autovacuum_enabled = false)");
        }
        for (int from = 1; from < firstPending(); from += INSERTED_AT_ONCE) {
            statement.execute(insertRows(from, Math.min(from + INSERTED_AT_ONCE, firstPending()) - 1));
        }
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            statement.execute(MARK_ALL.replace("{shard}", Integer.toString(shard)));
        }
    }

    private static final int INSERTED_AT_ONCE = 100_000;

    /** This map names the index of each statement that does not use the primary key. */
    private static final Map<String, String> INDEX = Map.of(
            "poll", "outbox_pending",
            "poll_after_full_page", "outbox_pending",
            "sweep_slice", "outbox_pending",
            "pending_ages", "outbox_pending",
            "retention_page", "outbox_processed");

    private static final Map<String, Long> MAX_ROWS = Map.ofEntries(
            Map.entry("poll", (long) Shards.COUNT * PAGE),
            Map.entry("poll_after_full_page", (long) Shards.COUNT * PAGE),
            Map.entry("sweep_slice", (long) PAGE),
            Map.entry("pending_ages", (long) Shards.COUNT),
            Map.entry("predecessors", (long) BATCH),
            Map.entry("rows", (long) BATCH),
            Map.entry("pending_from", 100L),
            Map.entry("retention_page", (long) DELETED),
            Map.entry("retention_delete", (long) DELETED),
            Map.entry("mark", (long) BATCH),
            Map.entry("delete", (long) BATCH),
            // The planner may read the table of leases whole, because it has one row for each shard.
            Map.entry("attempt", 2L + Shards.COUNT));

    /** Measures the publisher's statements, each of which is prepared once. */
    private static final class Costs {
        private final StatementCosts costs;
        private final String limit;

        Costs(Statement statement) throws SQLException {
            this.costs = new StatementCosts(statement);
            try (ResultSet version = statement.executeQuery("SELECT version()")) {
                version.next();
                this.limit = SqlVendor.of(version.getString(1)).limit(PAGE);
            }
        }

        List<StatementCosts.Cost> measureReads() throws SQLException {
            String page = "int, timestamptz, timestamptz, timestamptz, uuid" + (limit.equals("?") ? ", bigint" : "");
            return List.of(
                    costs.read(
                            "poll",
                            PageReader.sqlFromInstant(Shards.COUNT, limit),
                            repeated("int, timestamptz, uuid[]" + (limit.equals("?") ? ", bigint" : "")),
                            shards(shard -> shard + ", " + firstPendingAt() + ", ARRAY[CAST('" + id(0) + "' AS UUID)]"
                                    + (limit.equals("?") ? ", " + PAGE : ""))),
                    costs.read(
                            "poll_after_full_page",
                            PageReader.sql(Shards.COUNT, limit),
                            repeated(page),
                            shards(shard -> pageArguments(shard, firstPendingAt(), "'infinity'"))),
                    costs.read(
                            "sweep_slice",
                            PageReader.sql(1, limit),
                            page,
                            pageArguments(5, "now() - INTERVAL '2 hours'", "now() - INTERVAL '1 hour 55 minutes'")),
                    costs.read(
                            "pending_ages",
                            PendingAges.sql(Shards.COUNT),
                            repeated("int, timestamptz"),
                            shards(shard -> shard + ", " + firstPendingAt())),
                    costs.read(
                            "predecessors",
                            JdbcOutboxQueries.PREDECESSORS,
                            "smallint[], text[], text[], bigint[]",
                            arrays(BATCH, List.of(n -> n % 64, n -> "todo", n -> "a" + n, n -> 1))),
                    costs.read(
                            "rows",
                            JdbcOutboxQueries.ROWS,
                            "bigint[], smallint[], text[], text[], bigint[], uuid[]",
                            arrays(BATCH, List.of(n -> n, n -> n % 64, n -> "todo", n -> "a" + n, n -> 1, PlanIT::id))),
                    costs.read(
                            "pending_from",
                            JdbcOutboxQueries.pendingFromSql(limit),
                            "int, text, text, bigint" + (limit.equals("?") ? ", bigint" : ""),
                            "0, 'todo', 'a" + firstPending() + "', 1" + (limit.equals("?") ? ", 100" : "")),
                    costs.read(
                            "retention_page",
                            Retention.pageSql(DELETED),
                            "int, timestamptz, timestamptz",
                            "1, '-infinity', now()"));
        }

        List<StatementCosts.Cost> measureWrites() throws SQLException {
            return List.of(
                    costs.write(
                            "attempt",
                            JdbcOutboxWriter.ATTEMPT,
                            "smallint[], text[], text[], bigint[], uuid[], bigint[], text[], bigint[], bigint[], text",
                            arrays(
                                            1,
                                            List.of(
                                                    n -> n % 64,
                                                    n -> "todo",
                                                    n -> "a" + n,
                                                    n -> 1,
                                                    PlanIT::id,
                                                    n -> 1,
                                                    n -> "refused",
                                                    n -> 1000,
                                                    n -> 1))
                                    + ", 'nobody'"),
                    costs.write(
                            "mark",
                            JdbcOutboxWriter.MARK,
                            "smallint[], text[], text[], bigint[], uuid[], bigint[], bigint[]",
                            arrays(
                                    BATCH,
                                    List.of(
                                            n -> n % 64,
                                            n -> "todo",
                                            n -> "a" + n,
                                            n -> 1,
                                            PlanIT::id,
                                            n -> 0,
                                            n -> 0))),
                    costs.write(
                            "delete",
                            JdbcOutboxWriter.DELETE,
                            "smallint[], text[], text[], bigint[], uuid[]",
                            arrays(BATCH, List.of(n -> n % 64, n -> "todo", n -> "a" + n, n -> 1, PlanIT::id))),
                    costs.write(
                            "retention_delete",
                            Retention.deleteSql(),
                            "text[], text[], bigint[], uuid[], int, timestamptz",
                            arrays(DELETED, List.of(n -> "todo", n -> "a" + n, n -> 1, PlanIT::id)) + ", 1, now()"));
        }

        private String pageArguments(int shard, String after, String upTo) {
            return shard + ", " + after + ", " + upTo + ", " + after + ", '" + id(0) + "'"
                    + (limit.equals("?") ? ", " + PAGE : "");
        }
    }

    /** Returns the statement with which the delivered program initializes each connection. */
    private static String connectionInitSql() {
        YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource("application.yaml"));
        return Objects.requireNonNull(yaml.getObject()).getProperty("spring.datasource.hikari.connection-init-sql");
    }

    private static String shards(IntFunction<String> arguments) {
        return IntStream.range(0, Shards.COUNT).mapToObj(arguments).collect(Collectors.joining(", "));
    }

    private static String repeated(String types) {
        return shards(shard -> types);
    }

    /** Returns an expression for a time shortly after the creation of the first pending row. */
    private static String firstPendingAt() {
        return "now() - " + AGE + " * 9 * " + PENDING + " / 10 / " + (firstPending() + PENDING);
    }

    private static UUID id(int n) {
        return new UUID(0, n);
    }

    /** Returns an array literal for each column of this number of pending rows. */
    private static String arrays(int rows, List<IntFunction<Object>> columns) {
        return columns.stream()
                .map(column -> IntStream.range(firstPending(), firstPending() + rows)
                        .mapToObj(row -> column.apply(row).toString())
                        .collect(Collectors.joining(",", "'{", "}'")))
                .collect(Collectors.joining(", "));
    }
}
