package dev.studybuddy.publisher.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.outbox.Shards;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;

class ShardReadsTest {

    private static final List<Integer> KEYS = IntStream.range(0, 100).boxed().toList();

    private final DataAccessException timeout = failure("57014");
    private final ShardReads reads = new ShardReads(() -> 0, new ReadRetries(() -> 0, Duration.ofSeconds(2)));
    private final List<String> statements = new ArrayList<>();

    @Test
    void singleRowsWhoseContentsTimeOutAreReturnedWithoutContents() {
        assertThat(readSingleRows(timeout)).hasSize(100).allMatch(row -> row.endsWith("without contents"));

        assertThat(statements).containsExactly("with contents", "without contents");
    }

    @Test
    void aFailureOfSeveralRowsMakesNoLaterReadOmitContents() {
        assertThat(readSingleRows(timeout)).hasSize(100);
        statements.clear();

        assertThat(reads.readSingleRows(KEYS, ShardReadsTest::shard, this::readAll))
                .hasSize(100);

        assertThat(statements).containsExactly("with contents");
    }

    @Test
    void singleRowsThatWaitForATransactionAreNotReadWithoutContents() {
        DataAccessException lockTimeout = failure("55P03");

        assertThatThrownBy(() -> readSingleRows(lockTimeout)).isSameAs(lockTimeout);

        assertThat(statements).containsExactly("with contents");
    }

    @Test
    void severalRangesWhoseContentsTimeOutAreNotReadWithoutContents() {
        assertThatThrownBy(() -> reads.read(
                        KEYS, ShardReadsTest::shard, (keys, withContents) -> readUnless(timeout, keys, withContents)))
                .isSameAs(timeout);

        assertThat(statements).containsExactly("with contents");
    }

    private List<String> readSingleRows(DataAccessException failure) {
        return reads.readSingleRows(
                KEYS, ShardReadsTest::shard, (keys, withContents) -> readUnless(failure, keys, withContents));
    }

    /** Fails if the statement reads contents. */
    private List<String> readUnless(DataAccessException failure, List<Integer> keys, boolean withContents) {
        List<String> rows = readAll(keys, withContents);
        if (withContents) {
            throw failure;
        }
        return rows;
    }

    private List<String> readAll(List<Integer> keys, boolean withContents) {
        String contents = withContents ? "with contents" : "without contents";
        statements.add(contents);
        return keys.stream().map(key -> key + " " + contents).toList();
    }

    private static int shard(int key) {
        return key % Shards.COUNT;
    }

    private static DataAccessException failure(String state) {
        return new QueryTimeoutException("failed", new SQLException("the server reported " + state, state));
    }
}
