package dev.studybuddy.projector.journal;

import dev.studybuddy.readmodel.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/** Computes and reduces the encoded size of dead letters. */
final class DeadLetterSize {

    /**
     * This number covers the fixed parts of an encoded dead letter: field names, types, times, topic, reason and
     * detail.
     */
    private static final int FIXED_BYTES = 3_000;

    private static final int BYTES_PER_HEADER = 48;

    /** A dead letter without its value keeps its first headers up to this size. */
    private static final int KEPT_HEADER_BYTES = 64_000;

    private static final int KEPT_KEY_BYTES = 64_000;

    private DeadLetterSize() {}

    /** Returns an upper bound of the encoded size in bytes. */
    static long of(DeadLetter deadLetter) {
        long bytes = FIXED_BYTES
                + length(deadLetter.key())
                + length(deadLetter.value())
                + RollupSums.utf8Length(String.valueOf(deadLetter.eventType()));
        for (DeadLetter.Header header : deadLetter.headers()) {
            bytes += sizeBytes(header);
        }
        return bytes;
    }

    /** Returns a copy without the value, without a long key, and with the first headers only. */
    static DeadLetter withoutValue(DeadLetter whole) {
        List<DeadLetter.Header> headers = new ArrayList<>();
        long headerBytes = 0;
        for (DeadLetter.Header header : whole.headers()) {
            headerBytes += sizeBytes(header);
            if (headerBytes > KEPT_HEADER_BYTES) {
                break;
            }
            headers.add(header);
        }
        String eventType = whole.eventType();
        return new DeadLetter(
                whole.id(),
                whole.state(),
                whole.topic(),
                whole.partition(),
                whole.offset(),
                whole.timestamp(),
                length(whole.key()) > KEPT_KEY_BYTES ? null : whole.key(),
                null,
                headers,
                whole.reason(),
                whole.detail(),
                whole.replayCount(),
                eventType == null || eventType.length() > KEPT_HEADER_BYTES ? null : eventType,
                whole.aggregateVersion(),
                whole.firstAt(),
                whole.lastAt(),
                whole.omittedValueBytes() == null ? Long.valueOf(length(whole.value())) : whole.omittedValueBytes());
    }

    private static long sizeBytes(DeadLetter.Header header) {
        return BYTES_PER_HEADER + RollupSums.utf8Length(header.name()) + length(header.value());
    }

    private static long length(@Nullable Binary bytes) {
        return bytes == null ? 0 : bytes.length();
    }
}
