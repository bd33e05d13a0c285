package dev.studybuddy.projector.kafka;

import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes that a consumer keeps of one poll. Kafka bounds a poll by its number of records and by compressed
 * bytes only, and a small producer batch may unpack to gigabytes.
 *
 * <p>The deserializers of this class drop the content of a record before the content is copied:
 *
 * <ul>
 * <li>A record that alone exceeds {@link #MAX_RECORD_BYTES} loses its value, a long key and most headers. It has a
 * serialized value size, but no value.
 * <li>A record that does not fit into the rest of the {@link #MAX_POLL_BYTES} of its poll loses its content and {@link
 * #isPostponed is postponed}. The caller seeks back to the first postponed record of each partition and polls from
 * there again.
 * <li>A record with more than 1 000 headers keeps all of them, because the time to remove them grows with the square of
 * their number. If such a record exceeds {@link #MAX_RECORD_BYTES}, the poll is full after it. If such a record does
 * not fit into the rest of a poll, the client ends the poll before it.
 * </ul>
 *
 * <p>The client calls no deserializer for a record without a key and without a value, so the poll itself returns all
 * headers of these records. {@link #mustPollAgain} bounds how many of them the caller keeps.
 *
 * <p>One consumer, and so one thread at a time, uses an instance.
 */
public final class PollBudget {

    /** A record whose key, value and headers have more bytes than this number is never decoded. */
    public static final int MAX_RECORD_BYTES = 4_000_000;

    /** A longer key is dropped, and its record is never decoded. */
    public static final int MAX_KEY_BYTES = 64_000;

    static final int MAX_POLL_BYTES = 8_000_000;

    /** The time to remove the headers of a record grows with the square of their number. */
    private static final int MAX_REMOVABLE_HEADERS = 1_000;

    /** The identity of this header marks a postponed record. No record on a topic has it. */
    private static final Header POSTPONED = new RecordHeader("postponed", new byte[0]);

    private long pollBytes;

    /** The records without a key and without a value that the caller keeps of this poll have this many bytes. */
    private long emptyRecordBytes;

    /** These are the headers of the record whose key was read last. */
    private @Nullable Headers addedHeaders;

    /** This part of {@link #pollBytes} belongs to the key and the headers of the record whose key was read last. */
    private long addedBytes;

    /** Starts a new poll. */
    public void reset() {
        pollBytes = 0;
        emptyRecordBytes = 0;
        addedHeaders = null;
    }

    /**
     * Returns whether the caller must seek back to a record and poll it again, because the poll is full. The caller
     * must call this method once for each record, in the order in which the poll returned them.
     */
    public boolean mustPollAgain(ConsumerRecord<byte[], byte[]> record) {
        if (hasKeyOrValue(record)) {
            return isPostponed(record.headers());
        }
        Header[] headers = record.headers().toArray();
        long bytes = HeaderSizes.sizeBytes(headers);
        if (bytes > MAX_RECORD_BYTES) {
            // The queue keeps only the first headers of such a record.
            bytes = HeaderSizes.KEPT_HEADER_BYTES;
        }
        if (emptyRecordBytes > 0 && emptyRecordBytes + bytes > MAX_POLL_BYTES) {
            return true;
        }
        emptyRecordBytes += bytes;
        return false;
    }

    /** Returns whether a record has a key or a value on the topic, even if the deserializers dropped it. */
    private static boolean hasKeyOrValue(ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null
                || record.value() != null
                || record.serializedKeySize() >= 0
                || record.serializedValueSize() >= 0;
    }

    /** Returns whether a record was dropped only because the poll was full. */
    static boolean isPostponed(ConsumerRecord<byte[], byte[]> record) {
        return isPostponed(record.headers());
    }

    @SuppressWarnings("ReferenceEquality") // A foreign record may have a header of the same name.
    private static boolean isPostponed(Headers headers) {
        return headers.lastHeader(POSTPONED.key()) == POSTPONED;
    }

    /** Returns the deserializer of keys, which a consumer calls before the one of values. */
    Deserializer<byte[]> keyDeserializer() {
        return new BoundedDeserializer() {
            @Override
            byte @Nullable [] deserialize(Headers headers, int size, ByteBuffer data) {
                addedHeaders = null;
                addedBytes = add(headers, Math.min(size, MAX_KEY_BYTES));
                addedHeaders = headers;
                return isPostponed(headers) || size > MAX_KEY_BYTES ? null : copy(data, size);
            }
        };
    }

    /** Returns the deserializer of values. */
    Deserializer<byte[]> valueDeserializer() {
        return new BoundedDeserializer() {
            @Override
            @SuppressWarnings("ReferenceEquality") // Two records may have equal headers.
            byte @Nullable [] deserialize(Headers headers, int size, ByteBuffer data) {
                // The client calls this deserializer alone for a record without a key.
                long before = headers == addedHeaders ? addedBytes : add(headers, 0);
                addedHeaders = null;
                if (isPostponed(headers)) {
                    return null;
                }
                if (before + size > MAX_RECORD_BYTES) {
                    keepFirst(headers);
                    return null;
                }
                if (isFull(before, size)) {
                    pollBytes -= before;
                    postpone(headers);
                    return null;
                }
                pollBytes += size;
                return copy(data, size);
            }
        };
    }

    /**
     * Adds the headers and the key of a record to the poll, or postpones the record. Returns the number of added bytes.
     */
    private long add(Headers headers, int keySize) {
        Header[] all = headers.toArray();
        long bytes = keySize + HeaderSizes.sizeBytes(all);
        if (bytes > MAX_RECORD_BYTES) {
            if (pollBytes > 0) {
                requireRemovable(all);
            }
            // The record keeps enough headers for its dead letter. The sum stays, so that its value is dropped too.
            keepFirst(headers);
        } else if (isFull(0, bytes)) {
            postpone(headers);
            return 0;
        }
        pollBytes += bytes;
        return bytes;
    }

    /** Returns whether a record no longer fits into the poll. The first record of a poll always fits. */
    private boolean isFull(long ofThisRecord, long more) {
        return pollBytes > ofThisRecord && pollBytes + more > MAX_POLL_BYTES;
    }

    /**
     * Removes the headers and marks the record.
     *
     * @throws SerializationException if the record has too many headers to remove; the client then ends the poll before
     *     the record and deserializes it again in the next one
     */
    private static void postpone(Headers headers) {
        requireRemovable(headers.toArray());
        removeAll(headers);
        headers.add(POSTPONED);
    }

    private static void requireRemovable(Header[] headers) {
        if (headers.length > MAX_REMOVABLE_HEADERS) {
            throw new SerializationException("a record with more than " + MAX_REMOVABLE_HEADERS
                    + " headers does not fit into the rest of this poll; the next poll returns it");
        }
    }

    /**
     * Keeps the first headers, unless there are too many to remove; {@link HeaderSizes#countKept} then leaves them out
     * later.
     */
    private void keepFirst(Headers headers) {
        Header[] all = headers.toArray();
        if (all.length > MAX_REMOVABLE_HEADERS) {
            pollBytes = Math.max(pollBytes, MAX_POLL_BYTES);
            return;
        }
        int kept = HeaderSizes.countUpTo(HeaderSizes.KEPT_HEADER_BYTES, all);
        removeAll(headers);
        for (int index = 0; index < kept; index++) {
            headers.add(all[index]);
        }
    }

    private static void removeAll(Headers headers) {
        for (Header header : headers.toArray()) {
            headers.remove(header.key());
        }
    }

    private static byte[] copy(ByteBuffer data, int size) {
        byte[] bytes = new byte[size];
        data.duplicate().get(bytes);
        return bytes;
    }

    /** Receives the bytes of a record before they are copied. */
    private abstract static class BoundedDeserializer implements Deserializer<byte[]> {

        abstract byte @Nullable [] deserialize(Headers headers, int size, ByteBuffer data);

        @Override
        public byte @Nullable [] deserialize(String topic, byte[] data) {
            throw new UnsupportedOperationException("a consumer passes the headers");
        }

        @Override
        public byte @Nullable [] deserialize(String topic, Headers headers, byte[] data) {
            return data == null ? null : deserialize(headers, data.length, ByteBuffer.wrap(data));
        }

        @Override
        public byte @Nullable [] deserialize(String topic, Headers headers, ByteBuffer data) {
            return data == null ? null : deserialize(headers, data.remaining(), data);
        }
    }
}
