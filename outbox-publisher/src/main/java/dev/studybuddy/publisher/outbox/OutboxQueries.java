package dev.studybuddy.publisher.outbox;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import dev.studybuddy.publisher.ordering.RowKey;
import java.util.List;

/**
 * Reads the outbox. Each method runs one autocommitted READ COMMITTED statement, or a few of them. The result of a
 * statement includes all that was committed before the statement began.
 *
 * <p>A method throws Spring's {@code DataAccessException} if its statement fails, and a {@code QueryTimeoutException}
 * if the server cancels the statement because it takes too long.
 *
 * <p>A row whose content is long is returned without it, as a partial row, so that the result of each statement has a
 * bounded size.
 */
public interface OutboxQueries {

    /** This size stands for a row that no longer exists. */
    long GONE = 0;

    /** Reads pages of several shards together. Each page is ordered by (created_at, id). */
    List<OutboxRow> readPages(List<PageRequest> requests);

    /**
     * Reads pages of sweeps. The timeout is shorter than that of a poll, because other transactions may block the rows
     * that a sweep reads.
     */
    List<OutboxRow> readSweepPages(List<PageRequest> requests);

    /** Reads the rows of these versions. All of them are read after the call began. */
    List<PredecessorRow> readPredecessors(List<Predecessor> predecessors);

    /** Reads the rows of these keys that are pending, in any order. */
    List<OutboxRow> readRows(List<RowKey> keys);

    /** Reads the rows of these keys that are pending, in any order. Each of them is partial. */
    default List<OutboxRow> readPartialRows(List<RowKey> keys) {
        return readRows(keys).stream().map(OutboxRow::toPartial).toList();
    }

    /** Reads an aggregate's pending rows from a version on, the lowest first. */
    List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit);

    /**
     * Reads the size of the content of each row in bytes, in the order of the rows, or {@link #GONE} for a row that no
     * longer exists. The database does not determine the exact size of a column that takes more bytes than the limit;
     * the result then exceeds the limit too.
     */
    List<Long> readContentBytes(List<OutboxRow> rows, long limit);

    /** Reads the content of partial rows, in the order of the rows. A row that no longer exists stays partial. */
    List<OutboxRow> readContents(List<OutboxRow> rows);
}
