package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.outbox.Shards;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Changes study sessions at a steady rate with SQL, from the creation of this object until its end. One transaction
 * changes many sessions and writes an event for each. The rate exceeds what the clients of one API reach on a small
 * machine.
 */
final class SqlWrites implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    /** A session has either 10 or 11 minutes, so that each change moves the totals of its user. */
    private static final String CHANGE = """
            WITH keys AS (
              SELECT * FROM unnest(CAST(? AS SMALLINT[]), CAST(? AS UUID[])) AS k(shard, id)
            ), changed AS (
              UPDATE study_sessions SET minutes = 21 - minutes, version = version + 1
              WHERE id IN (SELECT id FROM keys) RETURNING id, minutes, version
            )
            INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload, headers)
            SELECT k.shard, 'session', CAST(k.id AS TEXT), c.version, gen_random_uuid(), 'session.updated',
              o.payload || jsonb_build_object('minutes', c.minutes, 'version', c.version), o.headers
            FROM keys k
              JOIN changed c ON c.id = k.id
              JOIN outbox o ON o.shard = k.shard AND o.aggregate_type = 'session'
                AND o.aggregate_id = CAST(k.id AS TEXT) AND o.aggregate_version = c.version - 1""";

    private final List<String> sessions;
    private final int changesPerTransaction;
    private final Connection connection;
    private final ScheduledExecutorService pool = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> writer;
    private final AtomicLong written = new AtomicLong();
    private final long startNanos = System.nanoTime();
    private int next;

    /**
     * Starts the writes.
     *
     * @param sessions the ids of sessions that nobody else changes
     */
    SqlWrites(AuditedServers servers, List<String> sessions, int ratePerSecond) throws SQLException {
        this.sessions = sessions;
        this.changesPerTransaction = (int) (ratePerSecond * INTERVAL.toMillis() / 1000);
        this.connection = DriverManager.getConnection(servers.sqlUrl(), servers.sqlUser(), servers.sqlPassword());
        this.writer = pool.scheduleAtFixedRate(this::change, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void change() {
        Integer[] shards = new Integer[changesPerTransaction];
        String[] ids = new String[changesPerTransaction];
        for (int n = 0; n < changesPerTransaction; n++) {
            ids[n] = sessions.get(next);
            shards[n] = Shards.of(AggregateType.SESSION.code(), ids[n]);
            next = (next + 1) % sessions.size();
        }
        try (PreparedStatement statement = connection.prepareStatement(CHANGE)) {
            statement.setArray(1, connection.createArrayOf("int", shards));
            statement.setArray(2, connection.createArrayOf("text", ids));
            assertThat(statement.executeUpdate()).isEqualTo(changesPerTransaction);
        } catch (SQLException e) {
            throw new IllegalStateException("The sessions cannot be changed", e);
        }
        written.addAndGet(changesPerTransaction);
    }

    /** Returns the number of written events. */
    long written() {
        return written.get();
    }

    /** Returns the number of events that were written per second so far. */
    double rate() {
        return written.get() * 1e9 / (System.nanoTime() - startNanos);
    }

    /** Ends the writes. Fails if a transaction failed. */
    void finish() throws InterruptedException, ExecutionException {
        assertThat(writer.isDone()).as("A transaction failed").isFalse();
        writer.cancel(false);
        pool.shutdown();
        assertThat(pool.awaitTermination(END_LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    @Override
    public void close() throws SQLException {
        pool.shutdownNow();
        connection.close();
    }
}
