package dev.studybuddy.api.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ContentRemoverTest {

    @Test
    void noContentOfARecordIsCopied() {
        try (ContentRemover remover = new ContentRemover()) {
            assertThat(remover.deserialize("topic", new RecordHeaders(), ByteBuffer.wrap(new byte[1000])))
                    .isEmpty();
            assertThat(remover.deserialize("topic", new byte[1000])).isEmpty();
        }
    }
}
