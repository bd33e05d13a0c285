package dev.studybuddy.projector.deadletter;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.DeadLetter;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/** Creates the records of copies, each with the key, the value and the headers of the original record. */
final class CopyRecords {

    private CopyRecords() {}

    /** Returns the record that copies a dead letter to its dead-letter topic. */
    static ProducerRecord<byte[], byte[]> toRecord(DeadLetter one) {
        String topic = AggregateType.deadLetterTopic(one.topic());
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, bytes(one.key()), bytes(one.value()));
        one.headers().forEach(header -> record.headers().add(header.name(), bytes(header.value())));
        DeadLetterHeaders.add(record.headers(), one);
        return record;
    }

    /** Returns the number of bytes in the key, the value and the headers of a record. */
    static long sizeBytes(ProducerRecord<byte[], byte[]> record) {
        long bytes = length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            bytes += header.key().length() + length(header.value());
        }
        return bytes;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static byte @Nullable [] bytes(@Nullable Binary binary) {
        return binary == null ? null : binary.getData();
    }
}
