package dev.studybuddy.api.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.outbox.StuckRowTable.PendingPosition;
import dev.studybuddy.api.testing.ApiDatabases;
import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.testkit.StatementCosts;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Checks the results of the queries of pending rows and how many rows they read. {@code -Dplan.processed=…} sets the
 * number of processed rows whose entries are still in the index.
 */
class PendingIndexIT {

    private static final int PROCESSED = Integer.getInteger("plan.processed", 50_000);
    private static final int INSERTED_AT_ONCE = 100_000;
    private static final int LIMIT = 100;

    @Test
    void aCountOfPendingRowsReadsNoProcessedRowFromItsBounds() throws SQLException {
        try (TestDatabase database = ApiDatabases.newDatabase();
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            insertProcessedRows(statement);
            insert(statement, PROCESSED + 1, PROCESSED + 6_400, "now()");

            StatementCosts costs = new StatementCosts(statement);
            StatementCosts.Cost whole = counts(costs, "backlog_whole", "'-infinity'");
            StatementCosts.Cost bounded = counts(costs, "backlog_from_bounds", "now() - INTERVAL '65 seconds'");
            System.out.println("  " + whole.line());
            System.out.println("  " + bounded.line());

            assertThat(bounded.plan()).contains("outbox_pending");
            assertThat(bounded.wholeTable()).isFalse();
            assertThat(bounded.rowsRead()).isLessThanOrEqualTo((long) Shards.COUNT * LIMIT);
            bounded.blocks().ifPresent(blocks -> assertThat(blocks).isLessThan(Shards.COUNT * (LIMIT + 10L)));
        }
    }

    private static StatementCosts.Cost counts(StatementCosts costs, String name, String from) throws SQLException {
        return costs.read(
                name,
                PendingIndex.countsSql(LIMIT),
                ofEachShard("timestamptz, timestamptz"),
                ofEachShard(from + ", 'infinity'"));
    }

    @Test
    void pendingRowsAreCountedInTotalAndUpToATimeAndALimit() throws SQLException {
        try (TestDatabase database = ApiDatabases.newDatabase();
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            JdbcClient jdbc = JdbcClient.create(database.dataSource());
            PendingIndex index = new PendingIndex(jdbc, System::nanoTime, Clock.systemUTC());
            PendingEvents events = new PendingEvents(jdbc, index);
            assertThat(index.count(LIMIT).pending()).isZero();
            assertThat(events.hasPending(events.now())).hasValue(false);

            insert(statement, 1, 128, "now() - INTERVAL '10 minutes'");
            PendingIndex.Counts counts = new PendingIndex(jdbc, System::nanoTime, Clock.systemUTC()).count(LIMIT);
            assertThat(counts.pending()).isEqualTo(128);
            assertThat(counts.shardsWith(2)).hasSize(Shards.COUNT);
            assertThat(counts.oldestByShard()).hasSize(Shards.COUNT);

            PendingIndex restartedIndex = new PendingIndex(jdbc, System::nanoTime, Clock.systemUTC());
            PendingEvents restarted = new PendingEvents(jdbc, restartedIndex);
            assertThat(restarted.hasPending(restarted.now())).hasValue(true);
            assertThat(restarted.hasPending(restarted.now().minusSeconds(900))).hasValue(false);
            assertThat(restarted.count(restarted.now()).events()).isEqualTo(128);
            assertThat(restartedIndex.count(1).pending()).isEqualTo(Shards.COUNT);
            assertThat(new StuckRowTable(jdbc, restartedIndex).findOldUnattempted(PendingPosition.START, 100))
                    .hasSize(100);
        }
    }

    /** The recorded bounds pass a row that is processed, and an operator retries a row long after its creation. */
    @Test
    void aCountedRowThatIsPendingAgainIsInTheRangeOfItsCount() throws SQLException {
        try (TestDatabase database = ApiDatabases.newDatabase();
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            JdbcClient jdbc = JdbcClient.create(database.dataSource());
            // The first read takes a second of this clock, so that no other full read is due afterwards.
            AtomicLong nanos = new AtomicLong();
            long second = Duration.ofSeconds(1).toNanos();
            PendingIndex index = new PendingIndex(jdbc, () -> nanos.getAndSet(second), Clock.systemUTC());
            PendingEvents events = new PendingEvents(jdbc, index);
            insert(statement, 1, 1, "now() - INTERVAL '10 minutes'");
            index.count(LIMIT);
            PendingEvents.Count before = events.count(events.now());
            assertThat(before.events()).isEqualTo(1);

            statement.execute("UPDATE outbox SET processed = true");
            index.count(LIMIT);
            assertThat(events.hasPending(before.range())).hasValue(false);
            statement.execute("UPDATE outbox SET processed = false");

            assertThat(index.count(LIMIT).pending())
                    .as("pending rows from the recorded bounds")
                    .isZero();
            assertThat(events.hasPending(before.range())).hasValue(true);
            assertThat(events.count(before.range()).events()).isEqualTo(1);
            PendingEvents.Count again = events.count(events.now());
            assertThat(again.events()).isEqualTo(1);
            assertThat(again.exact()).isTrue();
            assertThat(again.complete()).isTrue();
        }
    }

    @Test
    void aRangeBeginsAtTheRecordedBoundsAlthoughAFullReadIsDue() {
        try (TestDatabase database = ApiDatabases.newDatabase()) {
            AtomicLong nanos = new AtomicLong();
            PendingIndex index =
                    new PendingIndex(JdbcClient.create(database.dataSource()), nanos::get, Clock.systemUTC());
            assertThat(index.rangeUpTo(OffsetDateTime.MAX).from()).containsOnly(PendingBounds.START);
            index.count(LIMIT);

            nanos.set(Duration.ofHours(2).toNanos());

            assertThat(index.rangeUpTo(OffsetDateTime.MAX).from())
                    .hasSize(Shards.COUNT)
                    .doesNotContain(PendingBounds.START);
        }
    }

    @Test
    void aCountThatCannotReadTheWholeIndexBeginsAtTheBounds() throws SQLException {
        try (TestDatabase database = ApiDatabases.newDatabase();
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            AtomicInteger counts = new AtomicInteger();
            PendingEvents events = eventsRejectingTheFirstCount(database, counts);
            insert(statement, 1, 1, "now() - INTERVAL '10 minutes'");

            PendingEvents.Count count = events.count(events.now());

            assertThat(count.events()).isEqualTo(1);
            assertThat(count.exact()).isFalse();
            assertThat(count.complete()).isFalse();
            assertThat(counts).hasValue(2);
            assertThat(events.count(events.now()).complete()).isFalse();
            assertThat(counts).as("statements after another count").hasValue(3);
        }
    }

    @Test
    void aCountThatCannotReadItsRangeBeginsAtTheBounds() throws SQLException {
        try (TestDatabase database = ApiDatabases.newDatabase();
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            AtomicInteger counts = new AtomicInteger();
            PendingEvents events = eventsRejectingTheFirstCount(database, counts);
            insert(statement, 1, 1, "now() - INTERVAL '10 minutes'");
            OffsetDateTime now = events.now().atOffset(ZoneOffset.UTC);

            PendingEvents.Count count = events.count(PendingRange.between(PendingBounds.START, now));

            assertThat(count.events()).isEqualTo(1);
            assertThat(count.exact()).isFalse();
            assertThat(count.complete()).isFalse();
            assertThat(counts).hasValue(2);
        }
    }

    private static PendingEvents eventsRejectingTheFirstCount(TestDatabase database, AtomicInteger counts) {
        JdbcClient jdbc = JdbcClient.create(new DelegatingDataSource(database.dataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                return rejectingTheFirstCount(super.getConnection(), counts);
            }
        });
        return new PendingEvents(jdbc, new PendingIndex(jdbc, () -> 0, Clock.systemUTC()));
    }

    private static Connection rejectingTheFirstCount(Connection connection, AtomicInteger counts) {
        return (Connection) Proxy.newProxyInstance(
                PendingIndexIT.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")
                            && arguments[0] instanceof String statement
                            && statement.contains("AS pending")
                            && counts.incrementAndGet() == 1) {
                        throw new SQLTimeoutException("The statement took too long.");
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getTargetException();
                    }
                });
    }

    private static String ofEachShard(String text) {
        return IntStream.range(0, Shards.COUNT).mapToObj(shard -> text).collect(Collectors.joining(", "));
    }

    /** Inserts rows and marks them, so that the index of pending rows keeps an entry of each. */
    private static void insertProcessedRows(Statement statement) throws SQLException {
        if (TestServers.vendor().equals("postgresql")) {
            statement.execute("ALTER TABLE outbox SET (autovacuum_enabled = false)");
        }
        for (int from = 1; from <= PROCESSED; from += INSERTED_AT_ONCE) {
            int to = Math.min(from + INSERTED_AT_ONCE - 1, PROCESSED);
            insert(statement, from, to, "now() - INTERVAL '1 hour'");
        }
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            statement.execute("UPDATE outbox SET processed = true, processed_at = now() WHERE shard = " + shard);
        }
    }

    private static void insert(Statement statement, int from, int to, String createdAt) throws SQLException {
        statement.execute(
                "INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,"
                        + " created_at) SELECT n % 64, 'todo', 'a' || n, 1, gen_random_uuid(), 'todo.created', '{}', "
                        + createdAt + " FROM generate_series(" + from + ", " + to + ") AS n");
    }
}
