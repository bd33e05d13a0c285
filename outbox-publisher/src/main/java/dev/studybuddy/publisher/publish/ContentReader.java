package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.RowErrors;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Reads the content of partial rows: first the sizes, then as many contents as the bytes allow. A row that exceeds the
 * bytes of a page, or whose own value the database cannot return, gets the reason in place of its content. The
 * publisher then rejects each attempt to send the row, and sends other rows. After any other failure, the row is not at
 * fault, and its content is read again later.
 *
 * <p>A timeout alone does not show that a row is at fault, because an overloaded server answers no statement in time. A
 * row is at fault if the database cannot determine its size in time, but quickly answers a statement that reads the
 * same row without a conversion of its content to text. The text of a small value can be large: a number in JSON such
 * as {@code 1e131071} takes a few bytes, and its text has 131 072 digits.
 */
final class ContentReader {

    private static final Logger log = LoggerFactory.getLogger(ContentReader.class);

    /**
     * A statement without a conversion is quick if it takes at most this part of the time of the statement that timed
     * out: a tenth. The time of both includes the network.
     */
    private static final int QUICK_PART = 10;

    private final OutboxQueries table;
    private final MonotonicClock clock;
    private final long pageBytes;
    private final ContentBudget budget;
    /** This number of further calls read only their first row, because a statement for as many rows timed out. */
    private int callsForOneRow;

    /**
     * @param clock the monotonic clock that measures the statements
     * @param pageBytes the number of bytes that one statement may return, which is also the largest size of a row
     */
    ContentReader(OutboxQueries table, MonotonicClock clock, long pageBytes) {
        this.table = table;
        this.clock = clock;
        this.budget = new ContentBudget(pageBytes);
        this.pageBytes = pageBytes;
    }

    /**
     * Completes the rows in their order until the next one exceeds the bytes. The first row is completed if any byte is
     * free. If a statement for several rows times out, no row is completed: two timeouts in a row would make a round so
     * long that the instance could become unfit. The next calls, as many as that statement had rows, read one row each,
     * so that one further timeout shows which row is at fault.
     *
     * @return the results by partial row
     */
    ContentReadResults complete(List<OutboxRow> rows, long freeBytes) {
        ContentReadResults contents = new ContentReadResults();
        if (rows.isEmpty() || freeBytes <= 0) {
            return contents;
        }
        boolean readsOneRow = callsForOneRow > 0;
        List<OutboxRow> candidates = selectCandidates(rows);
        long startNanos = clock.nanos();
        boolean hasSizes = false;
        try {
            List<Long> sizes = table.readContentBytes(candidates, pageBytes);
            hasSizes = true;
            List<OutboxRow> batch = selectBatch(candidates, sizes, freeBytes, contents);
            if (!batch.isEmpty()) {
                List<OutboxRow> read = table.readContents(batch);
                for (int n = 0; n < batch.size(); n++) {
                    contents.add(batch.get(n), read.get(n));
                }
                if (!readsOneRow) {
                    budget.recordRead(clock.nanos() - startNanos);
                }
            }
        } catch (DataAccessException failure) {
            if (!StatementFailures.concernsStatement(failure)) {
                throw failure;
            }
            if (candidates.size() > 1) {
                if (!StatementFailures.isLockTimeout(failure)) {
                    budget.recordFailure(candidates.size());
                }
                if (StatementFailures.isTimeout(failure)) {
                    // The rows stay partial, and the next read begins with the first of them.
                    callsForOneRow = candidates.size();
                    return contents;
                }
                return complete(candidates.subList(0, 1), freeBytes);
            }
            OutboxRow row = candidates.getFirst();
            long tookNanos = clock.nanos() - startNanos;
            boolean isRowAtFault = StatementFailures.concernsRow(failure)
                    || (!hasSizes && isConversionTooSlow(row, failure, tookNanos));
            recordFailure(row, failure, isRowAtFault, contents);
        }
        return contents;
    }

    /**
     * Returns the first rows, as many as the budget allows. A row with refused attempts is read alone, because its
     * content may fail again, and a failure of several rows shows no row at fault.
     */
    private List<OutboxRow> selectCandidates(List<OutboxRow> rows) {
        int most = callsForOneRow > 0 ? 1 : Math.min(budget.rows(), rows.size());
        callsForOneRow = Math.max(0, callsForOneRow - 1);
        int count = 1;
        while (count < most
                && rows.getFirst().retryCount() == 0
                && rows.get(count).retryCount() == 0) {
            count++;
        }
        return rows.subList(0, count);
    }

    /**
     * Returns whether the statement timed out because it converted the content of the row to text. A statement that
     * determines no exact size reads the same row and converts nothing.
     *
     * @param tookNanos the time that the statement took in nanoseconds
     */
    private boolean isConversionTooSlow(OutboxRow row, DataAccessException failure, long tookNanos) {
        if (!StatementFailures.isTimeout(failure)) {
            return false;
        }
        long startNanos = clock.nanos();
        try {
            table.readContentBytes(List.of(row), 0);
        } catch (DataAccessException e) {
            log.atDebug().addKeyValue("event", row.id()).setCause(e).log("The row cannot be read at present");
            return false;
        }
        return clock.nanos() - startNanos <= tookNanos / QUICK_PART;
    }

    private static void recordFailure(
            OutboxRow row, DataAccessException failure, boolean isRowAtFault, ContentReadResults contents) {
        String reason = StatementFailures.describe(failure);
        log.atWarn()
                .addKeyValue("event", row.id())
                .addKeyValue("reason", reason)
                .log(
                        isRowAtFault
                                ? "The database cannot return the content of an event; the publisher rejects this"
                                        + " attempt to send it"
                                : "The publisher could not read the content of an event; its aggregate waits, and the"
                                        + " publisher reads the content again in 5 s");
        if (isRowAtFault) {
            contents.add(row, row.withContentFault(RowErrors.UNREADABLE_CONTENT + ": " + reason));
        } else {
            contents.addFailed(row);
        }
    }

    private List<OutboxRow> selectBatch(
            List<OutboxRow> candidates, List<Long> sizes, long freeBytes, ContentReadResults contents) {
        budget.recordSizes(sizes);
        long maxBytes = Math.min(freeBytes, budget.bytes());
        List<OutboxRow> batch = new ArrayList<>();
        long bytes = 0;
        for (int n = 0; n < candidates.size(); n++) {
            OutboxRow row = candidates.get(n);
            long size = sizes.get(n);
            if (size == OutboxQueries.GONE) {
                contents.add(row, row);
            } else if (size > pageBytes) {
                contents.add(
                        row,
                        row.withContentFault("the row has at least " + size
                                + " bytes, which exceeds publisher.polling.page-bytes = " + pageBytes));
            } else if (!batch.isEmpty() && bytes + size > maxBytes) {
                break;
            } else {
                batch.add(row);
                bytes += size;
            }
        }
        return batch;
    }
}
