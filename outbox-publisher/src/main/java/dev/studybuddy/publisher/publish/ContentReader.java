package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Reads the content of partial rows: first the sizes, then as many contents as the bytes allow. A row that exceeds the
 * bytes of a page, or that the database cannot return, gets the reason in place of its content, so that its attempt is
 * refused and other rows are sent.
 */
final class ContentReader {

    private static final Logger log = LoggerFactory.getLogger(ContentReader.class);

    private final OutboxQueries table;
    private final MonotonicClock clock;
    private final long pageBytes;
    private final ContentBudget budget;

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
     * free.
     *
     * @return the completed rows by the partial ones; a row that no longer exists is its own value and still partial,
     *     and a row without a value was not read
     */
    Map<OutboxRow, OutboxRow> complete(List<OutboxRow> rows, long freeBytes) {
        Map<OutboxRow, OutboxRow> complete = new HashMap<>();
        List<OutboxRow> candidates = rows.subList(0, Math.min(budget.rows(), rows.size()));
        if (candidates.isEmpty() || freeBytes <= 0) {
            return complete;
        }
        long startNanos = clock.nanos();
        try {
            List<OutboxRow> batch = selectBatch(candidates, freeBytes, complete);
            if (!batch.isEmpty()) {
                List<OutboxRow> read = table.readContents(batch);
                for (int n = 0; n < batch.size(); n++) {
                    complete.put(batch.get(n), read.get(n));
                }
                budget.recordRead(clock.nanos() - startNanos);
            }
        } catch (DataAccessException failure) {
            if (!StatementFailures.concernsStatement(failure)) {
                throw failure;
            }
            if (candidates.size() > 1) {
                // The others stay partial, and the next read begins with the first of them.
                return complete(candidates.subList(0, 1), freeBytes);
            }
            OutboxRow row = candidates.getFirst();
            String reason = StatementFailures.describe(failure);
            log.atWarn()
                    .addKeyValue("event", row.id())
                    .addKeyValue("reason", reason)
                    .log("The database could not return the content of an event; its attempt is refused");
            complete.put(row, row.withContentFault("the database could not return the content of the row: " + reason));
        }
        return complete;
    }

    private List<OutboxRow> selectBatch(
            List<OutboxRow> candidates, long freeBytes, Map<OutboxRow, OutboxRow> complete) {
        List<Long> sizes = table.readContentBytes(candidates, pageBytes);
        budget.recordSizes(sizes);
        long maxBytes = Math.min(freeBytes, budget.bytes());
        List<OutboxRow> batch = new ArrayList<>();
        long bytes = 0;
        for (int n = 0; n < candidates.size(); n++) {
            OutboxRow row = candidates.get(n);
            long size = sizes.get(n);
            if (size == OutboxQueries.GONE) {
                complete.put(row, row);
            } else if (size > pageBytes) {
                complete.put(
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
