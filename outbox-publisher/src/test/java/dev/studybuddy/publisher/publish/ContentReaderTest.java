package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import dev.studybuddy.publisher.ordering.RowKey;
import dev.studybuddy.publisher.ordering.TestBytes;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;

class ContentReaderTest {

    private static final int PAGE_BYTES = 100_000;
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");

    private final Table table = new Table();
    private final ContentReader reader = new ContentReader(table, () -> 0, PAGE_BYTES);
    private final List<OutboxRow> rows =
            IntStream.range(0, 4).mapToObj(ContentReaderTest::row).toList();

    @Test
    void rowsAreCompletedInOrderWhileTheirBytesFit() {
        table.sizes = List.of(30_000L, 30_000L, 30_000L, 30_000L);

        assertThat(reader.complete(rows, 70_000)).containsOnlyKeys(rows.get(0), rows.get(1));
        assertThat(reader.complete(rows, 1_000_000)).containsOnlyKeys(rows.get(0), rows.get(1), rows.get(2));
    }

    @Test
    void oneRowIsCompletedIfAnyByteIsFreeAndNoneOtherwise() {
        table.sizes = List.of(30_000L, 30_000L, 30_000L, 30_000L);

        assertThat(reader.complete(rows, 1)).containsOnlyKeys(rows.getFirst());
        assertThat(reader.complete(rows, 0)).isEmpty();
    }

    @Test
    void aRowThatExceedsAPageIsRefusedWithoutBeingRead() {
        table.sizes = List.of(PAGE_BYTES + 1L, 10L, OutboxQueries.GONE, 10L);

        Map<OutboxRow, OutboxRow> complete = reader.complete(rows, PAGE_BYTES);

        assertThat(complete.get(rows.get(0)).contentFault()).contains("publisher.polling.page-bytes");
        assertThat(complete.get(rows.get(1)).contentFault()).isNull();
        assertThat(complete.get(rows.get(2)).isPartial()).isTrue();
        assertThat(complete.get(rows.get(3)).contentFault()).isNull();
    }

    @Test
    void aRowThatTheDatabaseCannotReturnIsRefusedAlone() {
        table.sizes = List.of(10L, 10L, 10L, 10L);
        table.fails = true;

        Map<OutboxRow, OutboxRow> complete = reader.complete(rows, PAGE_BYTES);

        assertThat(complete).containsOnlyKeys(rows.getFirst());
        assertThat(complete.get(rows.getFirst()).contentFault()).contains("timed out");
    }

    private static OutboxRow row(int n) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                        new Aggregate(n, "todo", "a"),
                        1,
                        new UUID(0, n),
                        "todo.updated",
                        json,
                        json,
                        NOW,
                        0,
                        null,
                        NOW,
                        0)
                .toPartial();
    }

    private static final class Table implements OutboxQueries {

        private List<Long> sizes = List.of();
        private boolean fails;

        @Override
        public List<Long> readContentBytes(List<OutboxRow> rows, long limit) {
            return sizes.subList(0, rows.size());
        }

        @Override
        public List<OutboxRow> readContents(List<OutboxRow> rows) {
            if (fails) {
                throw new QueryTimeoutException("timed out");
            }
            return rows.stream()
                    .map(row -> row.complete("todo.updated", TestBytes.utf8("{}"), TestBytes.utf8("{}")))
                    .toList();
        }

        @Override
        public List<OutboxRow> readPages(List<PageRequest> requests) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<OutboxRow> readSweepPages(List<PageRequest> requests) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<OutboxRow> readRows(List<RowKey> keys) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
            throw new UnsupportedOperationException();
        }
    }
}
