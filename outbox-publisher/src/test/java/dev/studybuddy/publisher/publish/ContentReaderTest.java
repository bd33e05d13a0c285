package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessResourceException;

class ContentReaderTest {

    private static final int PAGE_BYTES = 100_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");

    private final Table table = new Table();
    private final ContentReader reader = new ContentReader(table, () -> table.nowNanos, PAGE_BYTES);
    private final List<OutboxRow> rows =
            IntStream.range(0, 4).mapToObj(ContentReaderTest::row).toList();

    @Test
    void rowsAreCompletedInOrderWhileTheirBytesFit() {
        table.sizes = List.of(30_000L, 30_000L, 30_000L, 30_000L);

        assertThat(completed(70_000)).containsExactly(rows.get(0), rows.get(1));
        assertThat(completed(1_000_000)).containsExactly(rows.get(0), rows.get(1), rows.get(2));
    }

    @Test
    void oneRowIsCompletedIfAnyByteIsFreeAndNoneOtherwise() {
        table.sizes = List.of(30_000L, 30_000L, 30_000L, 30_000L);

        assertThat(completed(1)).containsExactly(rows.getFirst());
        assertThat(completed(0)).isEmpty();
    }

    @Test
    void aRowThatExceedsAPageIsRejectedWithoutBeingRead() {
        table.sizes = List.of(PAGE_BYTES + 1L, 10L, OutboxQueries.GONE, 10L);

        ContentReadResults read = reader.complete(rows, PAGE_BYTES);

        assertThat(read.of(rows.get(0)).contentFault()).contains("publisher.polling.page-bytes");
        assertThat(read.of(rows.get(1)).contentFault()).isNull();
        assertThat(read.contains(rows.get(2))).isTrue();
        assertThat(read.of(rows.get(2)).isPartial()).isTrue();
        assertThat(read.of(rows.get(3)).contentFault()).isNull();
    }

    /** The codes report a text that cannot be converted, damaged data, a damaged index, and limits of the server. */
    @ParameterizedTest
    @ValueSource(strings = {"22P05", "XX001", "XX002", "54000", "54001"})
    void aRowWhoseValueTheDatabaseCannotReturnIsRejectedAlone(String state) {
        table.sizes = List.of(10L, 10L, 10L, 10L);
        table.failure = failure(state);

        ContentReadResults read = reader.complete(rows, PAGE_BYTES);

        assertThat(rows.stream().filter(read::contains)).containsExactly(rows.getFirst());
        assertThat(read.of(rows.getFirst()).contentFault()).contains("the server reported " + state);
    }

    /** The codes report a cancelled query, too little memory, a lock timeout, and a full disk. */
    @ParameterizedTest
    @ValueSource(strings = {"57014", "53200", "55P03", "53100"})
    void aRowThatTheDatabaseCannotReturnNowIsNotRejected(String state) {
        table.sizes = List.of(10L, 10L, 10L, 10L);
        table.failure = failure(state);

        assertNoneIsRejected(reader.complete(rows, PAGE_BYTES));
    }

    @Test
    void aRowWhoseReadTimesOutIsNotRejected() {
        table.sizes = List.of(10L, 10L, 10L, 10L);
        table.failure = new QueryTimeoutException("timed out");

        assertNoneIsRejected(completeAfterTimeout());
    }

    @Test
    void aRowWhoseConversionToTextTimesOutIsRejected() {
        table.sizesFailure = new QueryTimeoutException("timed out", new SQLException("timed out", "57014"));
        table.sizes = List.of(10L, 10L, 10L, 10L);

        ContentReadResults read = completeAfterTimeout();

        assertThat(rows.stream().filter(read::contains)).containsExactly(rows.getFirst());
        assertThat(read.of(rows.getFirst()).contentFault()).contains("timed out");
    }

    /** Each statement takes as long as one on a database in another region. */
    @Test
    void aRowWhoseConversionToTextTimesOutIsRejectedIfTheDatabaseIsFarAway() {
        table.sizesFailure = new QueryTimeoutException("timed out");
        table.sizes = List.of(10L, 10L, 10L, 10L);
        table.nanosWithoutConversion = Duration.ofMillis(60).toNanos();

        assertThat(completeAfterTimeout().of(rows.getFirst()).contentFault()).contains("timed out");
    }

    @Test
    void aRowWithARefusedAttemptIsReadAlone() {
        table.sizes = List.of(10L, 10L, 10L, 10L);
        List<OutboxRow> mixed = List.of(row(0), row(1), row(2, 1), row(3));

        assertThat(mixed.stream().filter(reader.complete(mixed, PAGE_BYTES)::contains))
                .containsExactly(mixed.get(0), mixed.get(1));
        List<OutboxRow> rest = mixed.subList(2, 4);
        assertThat(rest.stream().filter(reader.complete(rest, PAGE_BYTES)::contains))
                .containsExactly(mixed.get(2));
    }

    @Test
    void aRowIsNotRejectedIfTheServerIsSlowWithoutAConversionToo() {
        table.sizesFailure = new QueryTimeoutException("timed out");
        table.sizes = List.of(10L, 10L, 10L, 10L);
        table.nanosWithoutConversion = Duration.ofMillis(201).toNanos();

        assertNoneIsRejected(completeAfterTimeout());
    }

    @Test
    void aRowIsNotRejectedIfItCannotBeReadWithoutAConversionEither() {
        table.sizesFailure = new QueryTimeoutException("timed out");
        table.failsWithoutConversion = true;

        assertNoneIsRejected(completeAfterTimeout());
    }

    /** The codes report too little memory, a lock timeout, and a full disk. */
    @ParameterizedTest
    @ValueSource(strings = {"53200", "55P03", "53100"})
    void aRowWhoseSizeTheDatabaseCannotDetermineNowIsNotRejected(String state) {
        table.sizesFailure = failure(state);
        table.sizes = List.of(10L, 10L, 10L, 10L);

        assertNoneIsRejected(reader.complete(rows, PAGE_BYTES));
    }

    @Test
    void readsThatTimeOutAreFollowedBySmallerOnesThatSucceed() {
        List<OutboxRow> many =
                IntStream.range(0, 200).mapToObj(ContentReaderTest::row).toList();
        table.sizes = Collections.nCopies(200, 1_000L);
        table.maxRows = 8;
        for (int n = 0; n < 70; n++) {
            reader.complete(many, PAGE_BYTES);
        }
        assertThat(table.timeouts).isBetween(1, 3);
        table.timeouts = 0;

        for (int n = 0; n < 10; n++) {
            ContentReadResults read = reader.complete(many, PAGE_BYTES);
            assertThat(many.stream().filter(read::contains)).hasSizeBetween(2, 8);
        }
        assertThat(table.timeouts).isZero();
    }

    @Test
    void aRowAtFaultAmongSeveralIsFoundByASecondTimeout() {
        ContentReader largePages = new ContentReader(table, () -> table.nowNanos, 8 * 1024 * 1024);
        List<OutboxRow> eight =
                IntStream.range(0, 8).mapToObj(ContentReaderTest::row).toList();
        table.sizes = Collections.nCopies(8, 10L);
        table.slowRow = eight.getLast();

        List<OutboxRow> partial = eight;
        for (int n = 0; n < 20 && !partial.isEmpty(); n++) {
            ContentReadResults read = largePages.complete(partial, PAGE_BYTES);
            partial = partial.stream().filter(row -> !read.contains(row)).toList();
            if (partial.isEmpty()) {
                assertThat(read.of(eight.getLast()).contentFault()).contains("timed out");
            }
        }

        assertThat(partial).as("rows that are still partial").isEmpty();
        assertThat(table.timeouts).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "08006", "53300"})
    void aFailureOfTheTransactionOrTheServerEndsTheRound(String state) {
        table.sizes = List.of(10L, 10L, 10L, 10L);
        table.failure = failure(state);

        assertThatThrownBy(() -> reader.complete(rows, PAGE_BYTES)).isSameAs(table.failure);
    }

    /**
     * Calls the reader twice. In the first call, the statement for all rows times out. The call returns no row, so that
     * a round has only one such timeout.
     */
    private ContentReadResults completeAfterTimeout() {
        ContentReadResults first = reader.complete(rows, PAGE_BYTES);
        assertThat(rows).noneMatch(row -> first.contains(row) || first.isFailed(row));
        return reader.complete(rows, PAGE_BYTES);
    }

    private void assertNoneIsRejected(ContentReadResults read) {
        assertThat(rows.stream().filter(read::isFailed)).containsExactly(rows.getFirst());
        assertThat(rows).noneMatch(read::contains);
    }

    private List<OutboxRow> completed(long freeBytes) {
        ContentReadResults read = reader.complete(rows, freeBytes);
        return rows.stream().filter(read::contains).toList();
    }

    private static DataAccessException failure(String state) {
        return new TransientDataAccessResourceException(
                "failed", new SQLException("the server reported " + state, state));
    }

    private static OutboxRow row(int n) {
        return row(n, 0);
    }

    private static OutboxRow row(int n, int retryCount) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                        new Aggregate(n, "todo", "a"),
                        1,
                        new UUID(0, n),
                        "todo.updated",
                        json,
                        json,
                        NOW,
                        retryCount,
                        null,
                        NOW,
                        0)
                .toPartial();
    }

    private static final class Table extends StubQueries {

        private List<Long> sizes = List.of();
        private @Nullable DataAccessException failure;
        /** A statement that determines exact sizes fails by this failure. */
        private @Nullable DataAccessException sizesFailure;

        private boolean failsWithoutConversion;
        private long nanosWithoutConversion;
        private long nowNanos;
        private int maxRows = Integer.MAX_VALUE;
        private int timeouts;

        /** A statement that determines the exact size of this row times out. */
        private @Nullable OutboxRow slowRow;

        @Override
        public List<Long> readContentBytes(List<OutboxRow> rows, long limit) {
            if (slowRow != null && limit > 0 && rows.contains(slowRow)) {
                timeouts++;
                nowNanos += TIMEOUT.toNanos();
                throw new QueryTimeoutException("timed out");
            }
            if (sizesFailure != null && (limit > 0 || failsWithoutConversion)) {
                nowNanos += TIMEOUT.toNanos();
                throw sizesFailure;
            }
            nowNanos += limit == 0 ? nanosWithoutConversion : 0;
            return sizes.subList(0, rows.size());
        }

        @Override
        public List<OutboxRow> readContents(List<OutboxRow> rows) {
            if (failure != null) {
                throw failure;
            }
            if (rows.size() > maxRows) {
                timeouts++;
                throw new QueryTimeoutException("timed out");
            }
            return rows.stream()
                    .map(row -> row.complete("todo.updated", TestBytes.utf8("{}"), TestBytes.utf8("{}")))
                    .toList();
        }
    }
}
