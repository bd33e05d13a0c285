package dev.studybuddy.publisher.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.RowKey;
import dev.studybuddy.publisher.ordering.TestBytes;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

class JdbcOutboxQueriesTest {

    private static final List<PageRequest> PAGE = List.of(new PageRequest(3, IndexPosition.START, 16));
    private static final Aggregate AGGREGATE = new Aggregate(3, "todo", "a");
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final String CONVERSION = "payload AS TEXT";

    private final FailingReads reads = new FailingReads();
    private final OutboxQueries table =
            new JdbcOutboxQueries(reads, () -> reads.nowNanos, Duration.ofSeconds(2), Duration.ofSeconds(1));

    @Test
    void aReadThatTheDatabaseRolledBackOnceIsRepeated() {
        reads.failures = 1;
        assertThat(table.readPages(PAGE)).isEmpty();
        assertThat(reads.attempts).isEqualTo(2);

        reads.failures = 1;
        assertThat(table.readPredecessors(List.of(new Predecessor(new Aggregate(3, "todo", "a"), 1))))
                .isEmpty();
        assertThat(reads.attempts).isEqualTo(4);
    }

    @Test
    void aReadThatIsAlwaysRolledBackFailsAfterFiveAttempts() {
        reads.failures = Integer.MAX_VALUE;

        assertThatThrownBy(() -> table.readPages(PAGE)).isSameAs(reads.failure);
        assertThat(reads.attempts).isEqualTo(5);
    }

    @Test
    void aReadIsNotRepeatedAfterItsAttemptsTookTheStatementTimeout() {
        reads.failures = Integer.MAX_VALUE;
        reads.duration = Duration.ofMillis(1_900);

        assertThatThrownBy(() -> table.readPages(PAGE)).isSameAs(reads.failure);
        assertThat(reads.attempts).isEqualTo(2);
    }

    @Test
    void aReadThatFailsForAnotherReasonIsNotRepeated() {
        reads.failures = 1;
        reads.failure = new DataAccessResourceFailureException("no server", new SQLException("no server", "08006"));

        assertThatThrownBy(() -> table.readPages(PAGE)).isSameAs(reads.failure);
        assertThat(reads.attempts).isOne();
    }

    @Test
    void aShardWhoseReadFailedIsReadWithoutContentsForAMinute() {
        reads.failures = 1;
        reads.failure = new DataAccessResourceFailureException("too long", new SQLException("too long", "54000"));
        assertThat(table.readPages(PAGE)).isEmpty();
        assertThat(reads.statements)
                .satisfiesExactly(
                        sql -> assertThat(sql).contains(CONVERSION),
                        sql -> assertThat(sql).doesNotContain(CONVERSION));
        reads.statements.clear();

        table.readPages(List.of(PAGE.getFirst(), new PageRequest(4, IndexPosition.START, 16)));
        assertThat(reads.statements)
                .as("shard 3 without contents, and shard 4 with them")
                .satisfiesExactlyInAnyOrder(
                        sql -> assertThat(sql).doesNotContain(CONVERSION),
                        sql -> assertThat(sql).contains(CONVERSION));
        reads.statements.clear();
        table.readRows(List.of(new RowKey(AGGREGATE, 1, UUID.randomUUID())));
        table.readPredecessors(List.of(new Predecessor(AGGREGATE, 1)));
        assertThat(reads.statements).hasSize(2).noneMatch(sql -> sql.contains(CONVERSION));

        reads.statements.clear();
        reads.nowNanos += Duration.ofMinutes(1).toNanos();
        table.readPages(PAGE);
        assertThat(reads.statements).singleElement().asString().contains(CONVERSION);
    }

    @Test
    void aShardWhoseReadAlsoFailsWithoutContentsIsReadWithContents() {
        reads.failures = 2;
        reads.failure = new QueryTimeoutException("too slow", new SQLException("too slow", "57014"));
        assertThatThrownBy(() -> table.readPages(PAGE)).isSameAs(reads.failure);
        reads.statements.clear();

        table.readPages(PAGE);

        assertThat(reads.statements).singleElement().asString().contains(CONVERSION);
    }

    @Test
    void predecessorsWhoseContentsTimeOutAreReadWithoutContents() {
        reads.failures = 1;
        reads.failure = new QueryTimeoutException("too slow", new SQLException("too slow", "57014"));
        List<Predecessor> predecessors = IntStream.rangeClosed(1, 100)
                .mapToObj(version -> new Predecessor(AGGREGATE, version))
                .toList();

        assertThat(table.readPredecessors(predecessors)).isEmpty();
        assertThat(reads.statements)
                .satisfiesExactly(
                        sql -> assertThat(sql).contains(CONVERSION),
                        sql -> assertThat(sql).doesNotContain(CONVERSION));
    }

    @Test
    void partialRowsAreReadWithoutContents() {
        table.readPartialRows(List.of(new RowKey(AGGREGATE, 1, UUID.randomUUID())));

        assertThat(reads.statements).singleElement().asString().doesNotContain(CONVERSION);
    }

    @Test
    void aSocketTimeoutIsAStatementTimeoutIfTheServerAnswersWithoutContents() {
        reads.failures = 1;
        reads.failure = socketTimeout();
        List<PageRequest> pages = List.of(PAGE.getFirst(), new PageRequest(4, IndexPosition.START, 16));

        assertThatThrownBy(() -> table.readPages(pages))
                .isInstanceOf(QueryTimeoutException.class)
                .hasCause(reads.failure);

        reads.failures = 1;
        assertThat(table.readPages(PAGE)).as("the shard whose read failed").isEmpty();
        assertThat(reads.statements).hasSize(4);
    }

    @Test
    void aSocketTimeoutIsAFailureOfTheServerIfItDoesNotAnswerWithoutContents() {
        reads.failures = 2;
        reads.failure = socketTimeout();

        assertThatThrownBy(() -> table.readPages(PAGE)).isSameAs(reads.failure);
    }

    @Test
    void aTimeoutOfTheAttemptToConnectIsAFailureOfTheServer() {
        reads.failures = 1;
        reads.failure = new CannotGetJdbcConnectionException(
                "no connection",
                new SQLException("no connection", "08001", new SocketTimeoutException("Connect timed out")));

        assertThatThrownBy(() -> table.readPages(PAGE)).isSameAs(reads.failure);
        assertThat(reads.statements).hasSize(1);
    }

    private static DataAccessException socketTimeout() {
        return new DataAccessResourceFailureException(
                "I/O error", new SQLException("I/O error", "08006", new SocketTimeoutException("Read timed out")));
    }

    @Test
    void afterALockTimeoutAShardIsReadWithContents() {
        reads.failures = 1;
        reads.failure = new DataAccessResourceFailureException("locked", new SQLException("locked", "55P03"));
        assertThatThrownBy(() -> table.readPages(PAGE)).isInstanceOf(QueryTimeoutException.class);

        table.readPages(PAGE);

        assertThat(reads.statements).hasSize(2).allMatch(sql -> sql.contains(CONVERSION));
    }

    @Test
    void aPageThatTheDatabaseReturnsUnorderedIsSorted() {
        OutboxRow first = row(NOW, new UUID(1, 1));
        OutboxRow second = row(NOW, new UUID(-1, 1));
        OutboxRow third = row(NOW.plusSeconds(1), new UUID(0, 1));
        reads.rows = List.of(third, second, first);

        assertThat(table.readPages(PAGE)).containsExactly(first, second, third);
    }

    private static OutboxRow row(Instant createdAt, UUID id) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(AGGREGATE, 1, id, "todo.updated", json, json, createdAt, 0, null, NOW, 0);
    }

    /** Fails the next reads, and answers the others with the same rows. */
    private static final class FailingReads extends JdbcTemplate {

        private List<OutboxRow> rows = List.of();
        private int failures;
        private int attempts;
        private long nowNanos;
        private final List<String> statements = new ArrayList<>();
        private Duration duration = Duration.ZERO;
        private DataAccessException failure =
                new CannotAcquireLockException("rolled back", new SQLException("restart transaction", "40001"));

        FailingReads() {
            super(new SimpleDriverDataSource());
        }

        @Override
        public <T> T queryForObject(String sql, Class<T> type) {
            return type.cast("PostgreSQL 17.5");
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> List<T> query(String sql, PreparedStatementSetter setter, RowMapper<T> mapper) {
            attempts++;
            statements.add(sql);
            nowNanos += duration.toNanos();
            if (failures > 0) {
                failures--;
                throw failure;
            }
            return (List<T>) rows;
        }
    }
}
