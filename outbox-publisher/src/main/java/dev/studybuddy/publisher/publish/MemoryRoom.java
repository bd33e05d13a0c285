package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Ordering;

/** Determines how many rows and bytes the memory has left for further rows. */
final class MemoryRoom {

    /** A poll runs only if this part of a page fits in memory: a quarter. */
    private static final int MIN_PAGE_PART = 4;
    /** This part of the bytes is kept free of long contents, so that these never stop the polls: a quarter. */
    private static final int PAGES_PART = 4;

    private final Ordering ordering;
    private final PageBudget budget;
    private final int maxRows;
    private final long maxBytes;
    private final int pageRows;
    private final long pageBytes;

    MemoryRoom(PublishSettings settings, Ordering ordering, PageBudget budget) {
        this.ordering = ordering;
        this.budget = budget;
        this.maxRows = settings.memory().rows();
        this.maxBytes = settings.memory().bytes().toBytes();
        this.pageRows = Math.min(settings.polling().page(), maxRows);
        this.pageBytes = settings.polling().pageBytes().toBytes();
    }

    /**
     * Returns the number of rows that the next page may return. It is 0 until a quarter of a page fits, because a poll
     * costs the same for few rows.
     */
    int pageRows() {
        int rows = Math.min(pageRows, freeRows());
        boolean worthwhile =
                (long) rows * MIN_PAGE_PART >= pageRows && freeBytes() >= Math.ceilDiv(pageBytes, MIN_PAGE_PART);
        return worthwhile ? Math.min(rows, budget.rows()) : 0;
    }

    /** Returns the number of rows that a statement with keys may return, which is 0 while memory is full. */
    int keyedRows() {
        return freeBytes() > 0 ? Math.clamp(freeRows(), 0, budget.keyedRows()) : 0;
    }

    private int freeRows() {
        return maxRows - ordering.size();
    }

    /** Returns the number of bytes that memory has left for rows, which is 0 or less while memory is full. */
    long freeBytes() {
        return maxBytes - ordering.bytes();
    }

    /** Returns the number of bytes that memory has left for contents that were not read with their rows. */
    long contentBytes() {
        return freeBytes() - maxBytes / PAGES_PART;
    }
}
