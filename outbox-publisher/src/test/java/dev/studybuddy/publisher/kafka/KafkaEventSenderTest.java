package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.outbox.RowErrors;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import dev.studybuddy.publisher.publish.SendOutcome;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class KafkaEventSenderTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private final SerializationException error = new SerializationException("no record");

    @Test
    void theReasonOfARowWithoutContentIsItsContentFault() {
        String fault = RowErrors.UNREADABLE_CONTENT + ": the text is too long";

        assertThat(KafkaEventSender.classifyBuildFailure(row().withContentFault(fault), error))
                .isEqualTo(new SendOutcome.Refused(fault));
    }

    @Test
    void theReasonOfARowWithContentIsTheErrorOfItsRecord() {
        assertThat(KafkaEventSender.classifyBuildFailure(row(), error))
                .isEqualTo(new SendOutcome.Refused("the record cannot be built: SerializationException: no record"));
    }

    private static OutboxRow row() {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                new Aggregate(3, "todo", "a"), 7, new UUID(0, 1), "todo.updated", json, json, NOW, 4, null, NOW, 0);
    }
}
