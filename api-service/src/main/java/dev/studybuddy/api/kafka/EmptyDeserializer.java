package dev.studybuddy.api.kafka;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Returns no bytes in place of the key or the value of each record. A foreign record may decompress to many megabytes,
 * so the consumer makes no copy of content that the service does not read.
 */
final class EmptyDeserializer implements Deserializer<byte[]> {

    private static final byte[] NONE = {};

    @Override
    public byte[] deserialize(String topic, byte[] content) {
        return NONE;
    }

    @Override
    public byte[] deserialize(String topic, Headers headers, ByteBuffer content) {
        return NONE;
    }
}
