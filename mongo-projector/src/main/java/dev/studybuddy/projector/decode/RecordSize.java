package dev.studybuddy.projector.decode;

import dev.studybuddy.projector.kafka.PollBudget;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Computes the size of a record, and determines whether a record exceeds the limits of {@link PollBudget}. */
public final class RecordSize {

    /** A record needs several objects in addition to its key, its value and its headers. */
    private static final int BYTES_PER_RECORD = 256;

    private RecordSize() {}

    /**
     * Returns the estimated size of a record in memory in bytes. Its headers count with their size as {@link
     * PackedHeaders}, even if they are not packed.
     */
    public static int sizeBytes(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        byte[] value = record.value();
        return BYTES_PER_RECORD
                + (key == null ? 0 : key.length)
                + (value == null ? 0 : value.length)
                + PackedHeaders.of(record.headers()).sizeBytes();
    }

    /** Returns whether the consumer dropped the value or the key of a record, because the record is too large. */
    static boolean isTooLarge(ConsumerRecord<byte[], byte[]> record) {
        return isValueDropped(record) || (record.key() == null && record.serializedKeySize() >= 0);
    }

    /** Describes the limit that a too large record exceeds. */
    static String describeSize(ConsumerRecord<byte[], byte[]> record) {
        if (!isValueDropped(record)) {
            return "the key has " + record.serializedKeySize() + " bytes, which exceeds the limit of "
                    + PollBudget.MAX_KEY_BYTES + " bytes";
        }
        return "the key has " + Math.max(0, record.serializedKeySize()) + " bytes and the value "
                + record.serializedValueSize() + " bytes; with its headers the record exceeds the limit of "
                + PollBudget.MAX_RECORD_BYTES + " bytes";
    }

    private static boolean isValueDropped(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null && record.serializedValueSize() >= 0;
    }
}
