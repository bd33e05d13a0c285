package dev.studybuddy.publisher.publish;

import java.time.Duration;
import java.util.List;

/**
 * Adapts the number of bytes and of rows of the statements that read contents, so that a statement takes about the same
 * time on a slow server as on a fast one. It also limits the number of rows whose sizes one statement reads: the
 * database converts their contents to determine the sizes, and this work is lost for each content that the following
 * statement does not return. A statement that fails makes the next ones smaller, down to one row.
 */
final class ContentBudget {

    /** A read that takes longer than this time makes the next ones smaller. */
    private static final long SLOW_READ_NANOS = Duration.ofMillis(60).toNanos();
    /** A read that takes less than this time makes the next ones larger. */
    private static final long FAST_READ_NANOS = Duration.ofMillis(20).toNanos();
    /** The first read returns at most this number of bytes. */
    private static final long FIRST_BYTES = 1024L * 1024;
    /** Slow reads make the next ones no smaller than this number of bytes. Failed reads can make them smaller. */
    private static final long MIN_BYTES = 128L * 1024;
    /** This is the average size of a content until the first sizes are read. */
    private static final double FIRST_AVERAGE_BYTES = 16.0 * 1024;
    /** The sizes of a read change the average by this part: a half. */
    private static final double WEIGHT = 0.5;
    /**
     * After a failure, the reads become larger only after this number of reads that were not slow, because a further
     * failure costs time.
     */
    private static final int READS_BEFORE_GROWTH = 32;
    /** One statement reads the sizes of at most this number of rows. */
    private static final int MAX_ROWS = 256;

    private final long maxBytes;
    private long bytes;
    private double averageBytes = FIRST_AVERAGE_BYTES;
    private int readsBeforeGrowth;

    /**
     * @param maxBytes the number of bytes that no read exceeds
     */
    ContentBudget(long maxBytes) {
        this.maxBytes = maxBytes;
        this.bytes = Math.min(FIRST_BYTES, maxBytes);
    }

    /** Returns the number of bytes that the next read may return. */
    long bytes() {
        return bytes;
    }

    /**
     * Returns the number of rows whose sizes the next statement reads. The contents of about this number of rows fit in
     * its bytes.
     */
    int rows() {
        return Math.clamp((long) (bytes / averageBytes), 1, MAX_ROWS);
    }

    /** Records the sizes that a statement returned. */
    void recordSizes(List<Long> sizes) {
        double average = sizes.stream().mapToLong(Long::longValue).average().orElse(averageBytes);
        averageBytes = Math.max(1, averageBytes + WEIGHT * (average - averageBytes));
    }

    /** Records the time that a read of sizes and contents took. */
    void recordRead(long durationNanos) {
        if (durationNanos > SLOW_READ_NANOS) {
            bytes = Math.min(bytes, Math.max(Math.min(MIN_BYTES, maxBytes), bytes / 2));
        } else if (readsBeforeGrowth > 0) {
            readsBeforeGrowth--;
        } else if (durationNanos < FAST_READ_NANOS) {
            bytes = Math.min(maxBytes, 2 * bytes);
        }
    }

    /**
     * Records that the database could not return the contents of several rows in time or in its memory.
     *
     * @param rows the number of rows whose contents the statement read
     */
    void recordFailure(int rows) {
        long bytesOfRow = Math.min(maxBytes, (long) averageBytes);
        bytes = Math.max(bytesOfRow, Math.min(bytes, (long) (rows * averageBytes)) / 2);
        readsBeforeGrowth = READS_BEFORE_GROWTH;
    }
}
