package dev.studybuddy.api.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class EmptyDeserializerTest {

    @Test
    void noContentOfARecordIsCopied() {
        try (EmptyDeserializer deserializer = new EmptyDeserializer()) {
            assertThat(deserializer.deserialize("topic", new RecordHeaders(), ByteBuffer.wrap(new byte[1000])))
                    .isEmpty();
            assertThat(deserializer.deserialize("topic", new byte[1000])).isEmpty();
        }
    }
}
