package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.OutboxRow;
import java.util.List;

/**
 * Limits the number of rows of one statement, so that its result has about the number of bytes of a page. The limit
 * follows the average size of the rows that were read, is halved after a failure, and doubles again after a success.
 * Because a read returns only the beginning of a long row, no result exceeds four times the bytes of a page.
 */
final class PageBudget {

    /** A read returns at most about this number of bytes of one row. */
    private static final int MAX_ROW_BYTES = 2 * OutboxRow.INLINE_BYTES;
    /** This is the average size of a row until the first page is read. */
    private static final double FIRST_AVERAGE_BYTES = 2048;
    /** A page changes the average by this part: an eighth. */
    private static final double WEIGHT = 0.125;
    /**
     * The maximum number of rows of a statement is the number of bytes of a page, divided by this number. A result with
     * rows of the largest size therefore has at most four times the bytes of a page.
     */
    private static final int PAGE_BYTES_PER_ROW = MAX_ROW_BYTES / 4;

    private final int maxRows;
    private final long pageBytes;
    private double averageBytes = FIRST_AVERAGE_BYTES;
    private int limit;

    PageBudget(int pageRows, long pageBytes) {
        this.maxRows = Math.clamp(pageBytes / PAGE_BYTES_PER_ROW, 1, pageRows);
        this.pageBytes = pageBytes;
        this.limit = maxRows;
    }

    /** Returns the number of rows that one statement may return in all its pages. */
    int rows() {
        return Math.clamp((long) (pageBytes / averageBytes), 1, limit);
    }

    /** Returns the number of rows that one statement with a key for each row may read. */
    int keyedRows() {
        return Math.clamp(pageBytes / MAX_ROW_BYTES, 1, limit);
    }

    /** Records the rows that a statement returned. */
    void recordRows(List<OutboxRow> rows) {
        limit = limit > maxRows / 2 ? maxRows : 2 * limit;
        if (!rows.isEmpty()) {
            long bytes = 0;
            for (OutboxRow row : rows) {
                bytes += row.approximateBytes() + (row.isPartial() ? MAX_ROW_BYTES : 0);
            }
            averageBytes += WEIGHT * ((double) bytes / rows.size() - averageBytes);
        }
    }

    /** Records a statement that the database could not execute in time or in its memory. */
    void recordFailure() {
        limit = Math.max(1, limit / 2);
    }
}
