package dev.studybuddy.publisher.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.testing.OutboxDatabases;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Checks how long the publisher's reads wait for the transactions of writers. */
class ReadTimeoutsIT {

    @Test
    void aSweepTimesOutWhileAPollKeepsWaiting() throws SQLException {
        try (TestDatabase database = OutboxDatabases.newDatabase()) {
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            OutboxQueries table =
                    new JdbcOutboxQueries(jdbc, System::nanoTime, Duration.ofSeconds(2), Duration.ofSeconds(1));
            List<PageRequest> requests = List.of(new PageRequest(3, IndexPosition.START, 10));
            assertThat(table.readSweepPages(requests)).isEmpty();

            try (Connection holder = database.dataSource().getConnection();
                    Statement lock = holder.createStatement()) {
                holder.setAutoCommit(false);
                lock.execute(blockReaders(TestServers.vendor()));
                assertThatThrownBy(() -> table.readSweepPages(requests)).isInstanceOf(QueryTimeoutException.class);
                CompletableFuture<List<OutboxRow>> poll =
                        CompletableFuture.supplyAsync(() -> table.readPages(requests), Thread::startVirtualThread);
                assertThatThrownBy(() -> table.readSweepPages(requests)).isInstanceOf(QueryTimeoutException.class);
                assertThat(poll).isNotDone();
                holder.rollback();
                assertThat(poll).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(List.of());
            }
        }
    }

    @Test
    void aReadThatWaitsTooLongForATransactionTimesOut() throws SQLException {
        try (TestDatabase database = OutboxDatabases.newDatabase();
                Connection holder = database.dataSource().getConnection();
                Statement lock = holder.createStatement();
                Connection reader = database.dataSource().getConnection();
                Statement settings = reader.createStatement()) {
            settings.execute("SET lock_timeout = '100ms'");
            OutboxQueries table = new JdbcOutboxQueries(
                    new JdbcTemplate(new SingleConnectionDataSource(reader, true)),
                    System::nanoTime,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1));
            List<PageRequest> requests = List.of(new PageRequest(3, IndexPosition.START, 16));
            assertThat(table.readPages(requests)).isEmpty();

            holder.setAutoCommit(false);
            lock.execute(blockReaders(TestServers.vendor()));

            assertThatThrownBy(() -> table.readPages(requests)).isInstanceOf(QueryTimeoutException.class);
            holder.rollback();
            assertThat(table.readPages(requests)).isEmpty();
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
}
