package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.publish.SendOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class SendErrorsTest {

    @Test
    void aRecordErrorRefusesOnlyThatRecord() {
        assertThat(SendErrors.outcome(new RecordTooLargeException("too large")))
                .isEqualTo(new SendOutcome.Refused("RecordTooLargeException: too large"));
    }

    @Test
    void aTopicErrorBlocksTheTopicEvenIfATimeoutWrapsIt() {
        assertThat(SendErrors.outcome(new TopicAuthorizationException("no")))
                .isInstanceOf(SendOutcome.TopicBlocked.class);
        assertThat(SendErrors.outcome(new TimeoutException("no metadata", new UnknownTopicOrPartitionException())))
                .isInstanceOf(SendOutcome.TopicBlocked.class);
    }

    @Test
    void aTimestampOutsideTheLimitsOfTheTopicBlocksTheTopic() {
        String message = "Timestamp 7 of message with offset 0 is out of range. The timestamp should be within [8, 9]";

        assertThat(SendErrors.outcome(new InvalidTimestampException(message)))
                .isEqualTo(new SendOutcome.TopicBlocked("InvalidTimestampException: " + message));
        assertThat(SendErrors.outcome(new InvalidRecordException(message)))
                .isEqualTo(new SendOutcome.TopicBlocked("InvalidRecordException: " + message));
        assertThat(SendErrors.outcome(new InvalidRecordException("One or more records have been rejected")))
                .isInstanceOf(SendOutcome.Refused.class);
    }

    @Test
    void aValidRecordOfARefusedBatchIsNotEvaluatedAndTheProducerStaysUsable() {
        KafkaException error = new KafkaException(
                "Failed to append record because it was part of a batch which had one" + " more more invalid records");

        assertThat(SendErrors.outcome(error)).isEqualTo(new SendOutcome.NotEvaluated());
        assertThat(SendErrors.isFatal(error)).isFalse();
    }

    @Test
    void anyOtherErrorBlocksThePartition() {
        assertThat(SendErrors.outcome(new TimeoutException("expired")))
                .isInstanceOf(SendOutcome.PartitionUnavailable.class);
        assertThat(SendErrors.outcome(new NotEnoughReplicasException("one")))
                .isInstanceOf(SendOutcome.PartitionUnavailable.class);
        assertThat(SendErrors.isFatal(new NotEnoughReplicasException("one"))).isFalse();
        assertThat(SendErrors.isFatal(new KafkaException("in an error state"))).isTrue();
    }

    @Test
    void theReasonOfARefusalIsBoundedAndWritable() {
        assertThat(new SendOutcome.Refused("a\u0000b\ud800c\n" + "x".repeat(5000)).reason())
                .startsWith("a?b?c?xxx")
                .hasSize(500);
    }

    @Test
    void thePartitionOfAKeyEqualsTheChoiceOfKafkasOwnClients() {
        TopicSettings settings =
                new TopicSettings("studybuddy.{type}.v1", List.of(), 12, true, false, (short) 3, 2, Duration.ofDays(7));

        assertThat(settings.topic("todo")).isEqualTo("studybuddy.todo.v1");
        byte[] key = "00000000-0000-0000-0000-000000000001".getBytes(StandardCharsets.UTF_8);
        assertThat(settings.partition(key)).isEqualTo(BuiltInPartitioner.partitionForKey(key, 12));
    }
}
