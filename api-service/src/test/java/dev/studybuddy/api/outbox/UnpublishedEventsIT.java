package dev.studybuddy.api.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiDatabases;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.testkit.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** This test searches for a dead-lettered snapshot, also while its state changes. */
class UnpublishedEventsIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    private static TestDatabase database;
    private static JdbcClient jdbc;

    @BeforeAll
    static void start() {
        database = ApiDatabases.newDatabase();
        jdbc = JdbcClient.create(database.dataSource());
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void deadLetterASnapshot() {
        jdbc.sql("DELETE FROM outbox").update();
        jdbc.sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          processed, processed_at, retry_count, last_error, dead_lettered_at)
                        VALUES (1, 'todo', 'a', 1, gen_random_uuid(), 'todo.snapshot', '{}', true, now(), 3, 'too large',
                          now())""").update();
    }

    @Test
    void aDeadLetteredSnapshotIsUnpublishedUntilItIsPublished() {
        UnpublishedEvents events = events(jdbc);
        Instant now = Instant.now();
        Instant before = now.minus(Duration.ofHours(1));
        Instant later = now.plus(Duration.ofHours(1));
        assertThat(events.hasSnapshot(before, later, LIMIT)).hasValue(true);
        assertThat(events.hasAny(upTo(later))).hasValue(false);

        retry();

        assertThat(events.hasSnapshot(before, later, LIMIT)).hasValue(true);
        assertThat(events.hasAny(upTo(later))).hasValue(true);

        jdbc.sql("UPDATE outbox SET processed = true, processed_at = now()").update();

        assertThat(events.hasSnapshot(before, later, LIMIT)).hasValue(false);
        assertThat(events.hasAny(upTo(later))).hasValue(false);
    }

    /** The state of the event changes before each statement of the search. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void anEventThatIsRetriedAndDeadLetteredDuringTheSearchIsUnpublished(int first) {
        Instant now = new PendingEvents(jdbc, new PendingIndex(jdbc, MonotonicClock.SYSTEM, Clock.systemUTC())).now();
        Instant hourAgo = now.minus(Duration.ofHours(1));

        assertThat(eventsWithChangingState(first).hasAny(upTo(now))).hasValue(true);
        assertThat(eventsWithChangingState(first).hasSnapshot(hourAgo, now, LIMIT))
                .hasValue(true);
    }

    /** A retry keeps the time of the creation, which the recorded bounds of the pending index have passed. */
    @Test
    void anOldSnapshotThatIsRetriedIsUnpublished() {
        // The full read takes a second of this clock, so that no other full read is due afterwards.
        AtomicLong nanos = new AtomicLong();
        PendingIndex index = new PendingIndex(jdbc, () -> nanos.getAndSet(SECOND_NANOS), Clock.systemUTC());
        UnpublishedEvents events = events(jdbc);
        jdbc.sql("UPDATE outbox SET created_at = now() - INTERVAL '1 day'").update();
        assertThat(index.count(1).pending()).isZero();
        Instant now = Instant.now();
        Instant twoDaysAgo = now.minus(Duration.ofDays(2));
        Instant later = now.plus(Duration.ofHours(1));

        retry();

        assertThat(index.count(1).pending())
                .as("pending events from the recorded bounds")
                .isZero();
        assertThat(events.hasSnapshot(twoDaysAgo, later, LIMIT)).hasValue(true);
        assertThat(events.hasSnapshot(now, later, LIMIT)).hasValue(false);
    }

    @Test
    void aSearchWhoseStatementTakesTooLongHasNoResult() {
        JdbcOperations slow = (JdbcOperations) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {JdbcOperations.class}, (proxy, method, arguments) -> {
                    throw new QueryTimeoutException("The statement took too long.");
                });
        UnpublishedEvents events = events(JdbcClient.create(slow));
        Instant now = Instant.now();

        assertThat(events.hasAny(upTo(now))).isEmpty();
        assertThat(events.hasSnapshot(now.minus(Duration.ofHours(1)), now, LIMIT))
                .isEmpty();
    }

    /** A statement that reads more than one shard takes too long here, as it can after a large backup. */
    @Test
    void aSearchThatTakesTooLongContinuesWithStatementsThatReadOneShardEach() {
        List<String> searches = new ArrayList<>();
        UnpublishedEvents events = events(JdbcClient.create(new DelegatingDataSource(database.dataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                return rejectingSeveralShards(super.getConnection(), searches);
            }
        }));
        Instant now = Instant.now();
        Instant later = now.plus(Duration.ofHours(1));

        assertThat(events.hasSnapshot(now.minus(Duration.ofHours(1)), later, LIMIT))
                .hasValue(true);
        assertThat(searches).hasSize(3);

        searches.clear();
        assertThat(events.hasSnapshot(later, later, LIMIT)).hasValue(false);
        assertThat(searches).hasSize(1 + Shards.COUNT);
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            assertThat(searches.get(1 + shard))
                    .containsOnlyOnce("WHERE shard = ")
                    .contains("WHERE shard = " + shard + ' ');
        }

        // The pending event is in the same shard as the dead-lettered one was.
        retry();
        searches.clear();
        assertThat(events.hasSnapshot(now.minus(Duration.ofHours(1)), later, LIMIT))
                .hasValue(true);
        assertThat(searches).hasSize(3);
    }

    /** Returns a connection on which a search that reads several shards times out. */
    private static Connection rejectingSeveralShards(Connection connection, List<String> searches) {
        return (Connection) Proxy.newProxyInstance(
                UnpublishedEventsIT.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")
                            && arguments[0] instanceof String statement
                            && statement.contains("SELECT EXISTS")) {
                        searches.add(statement);
                        if (statement.contains("UNION ALL")) {
                            throw new SQLTimeoutException("The statement took too long.");
                        }
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getTargetException();
                    }
                });
    }

    private static UnpublishedEvents eventsWithChangingState(int first) {
        List<Runnable> changes = List.of(UnpublishedEventsIT::retry, UnpublishedEventsIT::deadLetter);
        AtomicInteger statements = new AtomicInteger(first);
        return events(JdbcClient.create(new DelegatingDataSource(database.dataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                changes.get(statements.getAndIncrement() % 2).run();
                return super.getConnection();
            }
        }));
    }

    private static UnpublishedEvents events(JdbcClient client) {
        return new UnpublishedEvents(
                new DeadLetteredRowTable(client, MonotonicClock.SYSTEM), client, MonotonicClock.SYSTEM);
    }

    private static PendingRange upTo(Instant time) {
        return PendingRange.between(PendingBounds.START, time.atOffset(ZoneOffset.UTC));
    }

    private static void retry() {
        jdbc.sql("""
                        UPDATE outbox SET processed = false, processed_at = NULL, retry_count = 0, last_error = NULL,
                          dead_lettered_at = NULL""").update();
    }

    private static void deadLetter() {
        jdbc.sql("""
                        UPDATE outbox SET processed = true, processed_at = now(), retry_count = 3, last_error = 'too large',
                          dead_lettered_at = now()""").update();
    }
}
