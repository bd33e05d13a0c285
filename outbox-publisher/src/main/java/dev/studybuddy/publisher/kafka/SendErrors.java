package dev.studybuddy.publisher.kafka;

import dev.studybuddy.publisher.publish.SendOutcome;
import java.util.List;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Classifies the error of a send as a fault of the record, of its topic, or of its partition. */
final class SendErrors {

    private static final List<Class<? extends Throwable>> RECORD_ERRORS = List.of(
            RecordTooLargeException.class,
            RecordBatchTooLargeException.class,
            SerializationException.class,
            InvalidRecordException.class,
            CorruptRecordException.class);
    private static final List<Class<? extends Throwable>> TOPIC_ERRORS = List.of(
            UnknownTopicOrPartitionException.class,
            UnknownTopicIdException.class,
            TopicAuthorizationException.class,
            // The principal is not allowed to write to any topic, so the producer cannot start.
            ClusterAuthorizationException.class,
            InvalidTopicException.class,
            // The record has no timestamp of its own, so the publisher's clock or the topic's setting is at fault.
            InvalidTimestampException.class,
            PolicyViolationException.class);
    /** A producer accepts no record after one of these errors. */
    private static final List<Class<? extends Throwable>> FATAL_ERRORS = List.of(
            ClusterAuthorizationException.class,
            AuthenticationException.class,
            UnsupportedVersionException.class,
            ProducerFencedException.class,
            InvalidProducerEpochException.class,
            OutOfOrderSequenceException.class,
            IllegalStateException.class);
    /** The client completes the valid records of a refused batch with its base exception and this message. */
    private static final String PART_OF_A_REFUSED_BATCH =
            "because it was part of a batch which had one more more invalid records";
    /**
     * If a broker refuses several timestamps of a batch, the client replaces the error of the batch by {@link
     * InvalidRecordException} with the broker's message.
     */
    private static final String REFUSED_TIMESTAMP = "is out of range. The timestamp should be within";

    private SendErrors() {}

    /** Returns the outcome of a send that failed with this error. */
    static SendOutcome outcome(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (isOnlyPartOfARefusedBatch(cause)) {
                return new SendOutcome.NotEvaluated();
            }
            if (isAny(cause, TOPIC_ERRORS) || isRefusedTimestamp(cause)) {
                return new SendOutcome.TopicBlocked(
                        cause instanceof AuthorizationException
                                ? describe(cause) + "; the principal needs the operation WRITE on the topic"
                                : describe(cause));
            }
            if (isAny(cause, RECORD_ERRORS)) {
                return new SendOutcome.Refused(describe(cause));
            }
        }
        return new SendOutcome.PartitionUnavailable(describe(error));
    }

    private static boolean isOnlyPartOfARefusedBatch(Throwable error) {
        return error instanceof KafkaException && hasText(error, PART_OF_A_REFUSED_BATCH);
    }

    private static boolean isRefusedTimestamp(Throwable error) {
        return error instanceof InvalidRecordException && hasText(error, REFUSED_TIMESTAMP);
    }

    private static boolean hasText(Throwable error, String text) {
        String message = error.getMessage();
        return message != null && message.contains(text);
    }

    /** Returns whether the producer is unusable after this error. */
    static boolean isFatal(Throwable error) {
        // The client wraps the error of an unusable producer in the base class itself.
        boolean isBaseClass = error.getClass() == KafkaException.class;
        return (isBaseClass && !isOnlyPartOfARefusedBatch(error)) || isAny(error, FATAL_ERRORS);
    }

    private static boolean isAny(Throwable cause, List<Class<? extends Throwable>> types) {
        return types.stream().anyMatch(type -> type.isInstance(cause));
    }

    /** Describes an error for logs and as the reason of a dead letter. */
    static String describe(Throwable error) {
        String name = error.getClass().getSimpleName();
        return error instanceof ApiException || error.getMessage() != null ? name + ": " + error.getMessage() : name;
    }
}
