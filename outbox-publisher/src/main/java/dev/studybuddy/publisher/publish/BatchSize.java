package dev.studybuddy.publisher.publish;

/**
 * Adapts the number of marks in a batch to the server: a slow write or a timeout makes the next batches smaller, and
 * full batches that are fast make them larger again.
 */
final class BatchSize {

    /** A batch that takes longer than this time makes the next ones smaller. */
    private static final long SLOW_WRITE_NANOS = 500_000_000;
    /** Batches become no smaller than this number of rows. */
    private static final int MIN_ROWS = 16;

    private final int maxRows;
    private int rows;

    BatchSize(int maxRows) {
        this.maxRows = maxRows;
        this.rows = maxRows;
    }

    /** Returns the number of marks that the next batch may have. */
    int rows() {
        return rows;
    }

    /** Records a batch that was written in this time. */
    void recordWrite(int writtenRows, long durationNanos) {
        if (durationNanos > SLOW_WRITE_NANOS) {
            shrinkTo(Math.round((double) writtenRows * SLOW_WRITE_NANOS / durationNanos));
        } else if (writtenRows >= rows) {
            rows = Math.min(maxRows, 2 * rows);
        }
    }

    /** Records a batch of several rows that the server could not write in time. */
    void recordTimeout(int failedRows) {
        shrinkTo(failedRows / 2);
    }

    private void shrinkTo(long fittingRows) {
        rows = Math.clamp(fittingRows, Math.min(MIN_ROWS, rows), rows);
    }
}
