package dev.studybuddy.publisher.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import dev.studybuddy.publisher.publish.SendOutcome;
import dev.studybuddy.publisher.testing.OutboxDatabases;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

class JdbcOutboxWriterIT {

    private static final Duration LOCK_TIMEOUT = Duration.ofMillis(200);
    private static final String POOL_LOCK_TIMEOUT = "500ms";

    private TestDatabase database;
    private HikariDataSource source;
    private JdbcTemplate jdbc;

    @BeforeEach
    void start() {
        database = TestServers.newDatabase();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.username());
        config.setPassword(database.password());
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(1000);
        config.setConnectionInitSql("SET lock_timeout = '" + POOL_LOCK_TIMEOUT + "'");
        config.addDataSourceProperty("options", "-c statement_timeout=2000");
        source = new HikariDataSource(config);
        jdbc = new JdbcTemplate(source);
        OutboxDatabases.migrate(source);
    }

    @AfterEach
    void stop() {
        source.close();
        database.close();
    }

    @Test
    void anAcknowledgementWithoutAnOffsetIsMarkedWithoutAnOffset() {
        OutboxRow first = insert("a");
        OutboxRow second = insert("b");
        try (JdbcOutboxWriter writer = writer(AcknowledgementSettings.Action.MARK)) {
            OutboxWriter.Result result = write(
                    writer,
                    new OutboxWriter.Mark(first, 3, 17),
                    new OutboxWriter.Mark(second, 4, SendOutcome.NO_OFFSET));

            assertThat(result).isInstanceOf(OutboxWriter.Result.Written.class);
        }
        assertThat(jdbc.queryForList(
                        "SELECT aggregate_id || ' ' || processed || ' ' || sent_partition || ' '"
                                + " || coalesce(CAST(sent_offset AS TEXT), 'null') FROM outbox ORDER BY 1",
                        String.class))
                .containsExactly("a true 3 17", "b true 4 null");
    }

    @ParameterizedTest
    @EnumSource
    void aSecondWriteOfARowIsARepeat(AcknowledgementSettings.Action action) {
        OutboxWriter.Mark first = new OutboxWriter.Mark(insert("a"), 3, 17);
        OutboxWriter.Mark second = new OutboxWriter.Mark(insert("b"), 3, 18);
        try (JdbcOutboxWriter writer = writer(action)) {
            assertThat(repeats(write(writer, first))).isZero();
            assertThat(repeats(write(writer, first, second))).isOne();
        }
        assertThat(jdbc.queryForObject("SELECT count(*) FROM outbox WHERE processed", Integer.class))
                .isEqualTo(action == AcknowledgementSettings.Action.MARK ? 2 : 0);
        assertThat(jdbc.queryForObject("SELECT count(*) FROM outbox WHERE processed = false", Integer.class))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void theLockTimeoutEndsTheStatementThatMarksALockedRow(AcknowledgementSettings.Action action) throws SQLException {
        OutboxWriter.Mark mark = new OutboxWriter.Mark(insert("a"), 3, 17);
        try (JdbcOutboxWriter writer = writer(action);
                Connection lock = database.dataSource().getConnection()) {
            lock.setAutoCommit(false);
            lock.createStatement().execute("SELECT id FROM outbox FOR UPDATE");
            OutboxWriter.Result result = write(writer, mark);

            assertThat(result)
                    .isInstanceOfSatisfying(
                            OutboxWriter.Result.Failed.class,
                            failed -> assertThat(failed.reason()).isEqualTo(OutboxWriter.Reason.LOCKED));
            lock.rollback();
            assertThat(repeats(write(writer, mark))).isZero();
        }
    }

    @Test
    void theConnectionReturnsToThePoolWithTheLockTimeoutOfThePool() {
        try (JdbcOutboxWriter writer = writer(AcknowledgementSettings.Action.MARK)) {
            write(writer, new OutboxWriter.Mark(insert("a"), 3, 17));
        }
        List<String> timeouts = new ArrayList<>();
        try (Connection first = source.getConnection();
                Connection second = source.getConnection()) {
            for (Connection connection : List.of(first, second)) {
                var row = connection.createStatement().executeQuery("SHOW lock_timeout");
                row.next();
                timeouts.add(row.getString(1));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        assertThat(timeouts).containsExactly(POOL_LOCK_TIMEOUT, POOL_LOCK_TIMEOUT);
    }

    @Test
    void refusedRowsWithTheSameEventIdAreFencedSeparately() {
        jdbc.update("UPDATE outbox_shard_lease SET owner = 'writer', epoch = 7 WHERE shard = 3");
        UUID event = UUID.randomUUID();
        OutboxRow processed = insert("a", event);
        OutboxRow pending = insert("b", event);
        jdbc.update("UPDATE outbox SET processed = true WHERE aggregate_id = 'a'");
        try (JdbcOutboxWriter writer = writer(AcknowledgementSettings.Action.MARK)) {
            OutboxWriter.Result result = write(
                    writer,
                    new OutboxWriter.Batch(
                            List.of(),
                            List.of(
                                    new OutboxWriter.Failure.DeadLetter(processed, 7, "refused"),
                                    new OutboxWriter.Failure.DeadLetter(pending, 7, "refused"))));

            assertThat(result)
                    .isInstanceOfSatisfying(
                            OutboxWriter.Result.Written.class,
                            written -> assertThat(written.fenced()).containsExactly(processed.key()));
        }
    }

    @Test
    void aClosedPoolIsReportedAsAnUnreachableDatabase() {
        OutboxWriter.Mark mark = new OutboxWriter.Mark(insert("a"), 3, 17);
        try (JdbcOutboxWriter writer = writer(AcknowledgementSettings.Action.MARK)) {
            source.close();
            assertThat(write(writer, mark)).isInstanceOf(OutboxWriter.Result.Unreachable.class);
        }
    }

    private JdbcOutboxWriter writer(AcknowledgementSettings.Action action) {
        return new JdbcOutboxWriter(
                jdbc,
                "writer",
                MonotonicClock.SYSTEM,
                new AcknowledgementSettings(action, LOCK_TIMEOUT),
                Loop.ErrorHandler.NONE);
    }

    private static int repeats(OutboxWriter.Result result) {
        assertThat(result).isInstanceOf(OutboxWriter.Result.Written.class);
        return ((OutboxWriter.Result.Written) result).repeats();
    }

    private static OutboxWriter.Result write(JdbcOutboxWriter writer, OutboxWriter.Mark... marks) {
        return write(writer, new OutboxWriter.Batch(List.of(marks), List.of()));
    }

    private static OutboxWriter.Result write(JdbcOutboxWriter writer, OutboxWriter.Batch batch) {
        CompletableFuture<OutboxWriter.Result> result = new CompletableFuture<>();
        writer.submit(batch, (submitted, written) -> result.complete(written));
        return result.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private OutboxRow insert(String aggregate) {
        return insert(aggregate, UUID.randomUUID());
    }

    private OutboxRow insert(String aggregate, UUID id) {
        jdbc.update(
                "INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)"
                        + " VALUES (3, 'todo', ?, 1, ?, 'todo.created', '{}')",
                aggregate,
                id);
        Instant now = Instant.now();
        return new OutboxRow(
                new Aggregate(3, "todo", aggregate),
                1,
                id,
                "todo.created",
                TestBytes.utf8("{}"),
                TestBytes.utf8("{}"),
                now,
                0,
                null,
                now,
                0);
    }
}
