package dev.studybuddy.projector.kafka;

import org.apache.kafka.common.header.Header;

/** Computes the sizes of headers in memory, and how many of its headers a record keeps. */
public final class HeaderSizes {

    /** A record whose headers are too large keeps as many of the first ones as fit into this many bytes. */
    static final int KEPT_HEADER_BYTES = 64_000;

    /** Each header needs several objects in addition to its bytes. */
    private static final int BYTES_PER_HEADER = 64;

    private HeaderSizes() {}

    /**
     * Returns how many of its first headers a record keeps: all, unless their size exceeds
     * {@link PollBudget#MAX_RECORD_BYTES}.
     */
    public static int countKept(Header[] headers) {
        return countUpTo(PollBudget.MAX_RECORD_BYTES, headers) == headers.length
                ? headers.length
                : countUpTo(KEPT_HEADER_BYTES, headers);
    }

    /** Returns how many of the first headers together have at most the given number of bytes. */
    static int countUpTo(long maxBytes, Header[] headers) {
        long bytes = 0;
        int count = 0;
        while (count < headers.length && (bytes += sizeBytes(headers[count])) <= maxBytes) {
            count++;
        }
        return count;
    }

    /** Returns the size of the headers. Stops counting once the size exceeds the limit of a record. */
    static long sizeBytes(Header[] headers) {
        long bytes = 0;
        for (int index = 0; index < headers.length && bytes <= PollBudget.MAX_RECORD_BYTES; index++) {
            bytes += sizeBytes(headers[index]);
        }
        return bytes;
    }

    private static long sizeBytes(Header header) {
        byte[] value = header.value();
        return (long) BYTES_PER_HEADER + header.key().length() + (value == null ? 0 : value.length);
    }
}
