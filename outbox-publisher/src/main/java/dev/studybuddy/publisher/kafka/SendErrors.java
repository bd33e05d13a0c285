package dev.studybuddy.publisher.kafka;

import dev.studybuddy.publisher.publish.SendOutcome;
import java.util.List;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Classifies the error of a send as a fault of the record, of its topic, or of the broker. */
final class SendErrors {

    private static final List<Class<? extends Throwable>> RECORD_ERRORS = List.of(
            RecordTooLargeException.class,
            RecordBatchTooLargeException.class,
            SerializationException.class,
            InvalidRecordException.class,
            InvalidTimestampException.class,
            CorruptRecordException.class);
    private static final List<Class<? extends Throwable>> TOPIC_ERRORS = List.of(
            UnknownTopicOrPartitionException.class,
            UnknownTopicIdException.class,
            TopicAuthorizationException.class,
            InvalidTopicException.class,
            PolicyViolationException.class);

    private SendErrors() {}

    /** Returns the outcome of a send that failed with this error. */
    static SendOutcome outcome(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (isAny(cause, TOPIC_ERRORS)) {
                return new SendOutcome.TopicBlocked(describe(cause));
            }
            if (isAny(cause, RECORD_ERRORS)) {
                return new SendOutcome.Refused(describe(cause));
            }
        }
        return new SendOutcome.BrokerUnavailable(describe(error));
    }

    /**
     * Returns whether the producer may be unusable after this error, because the error is not a fault of the record or
     * of its topic and is not retriable.
     */
    static boolean mayBeFatal(Throwable error) {
        return outcome(error) instanceof SendOutcome.BrokerUnavailable && !(error instanceof RetriableException);
    }

    private static boolean isAny(Throwable cause, List<Class<? extends Throwable>> types) {
        return types.stream().anyMatch(type -> type.isInstance(cause));
    }

    private static String describe(Throwable error) {
        String name = error.getClass().getSimpleName();
        return error instanceof ApiException || error.getMessage() != null ? name + ": " + error.getMessage() : name;
    }
}
