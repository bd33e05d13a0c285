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

/** What an error means: for the record, for its topic, or for all. */
final class SendErrors {

    private static final List<Class<? extends Throwable>> OF_THE_RECORD = List.of(
            RecordTooLargeException.class,
            RecordBatchTooLargeException.class,
            SerializationException.class,
            InvalidRecordException.class,
            InvalidTimestampException.class,
            CorruptRecordException.class);
    private static final List<Class<? extends Throwable>> OF_THE_TOPIC = List.of(
            UnknownTopicOrPartitionException.class,
            UnknownTopicIdException.class,
            TopicAuthorizationException.class,
            InvalidTopicException.class,
            PolicyViolationException.class);

    private SendErrors() {}

    static SendOutcome outcome(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (isAny(cause, OF_THE_TOPIC)) {
                return new SendOutcome.TopicBlocked(text(cause));
            }
            if (isAny(cause, OF_THE_RECORD)) {
                return new SendOutcome.Refused(text(cause));
            }
        }
        return new SendOutcome.BrokerAway(text(error));
    }

    /** Whether the producer may be of no more use: neither the record's fault, nor the topic's, nor to be tried again. */
    static boolean mayBeFatal(Throwable error) {
        return outcome(error) instanceof SendOutcome.BrokerAway && !(error instanceof RetriableException);
    }

    private static boolean isAny(Throwable cause, List<Class<? extends Throwable>> types) {
        return types.stream().anyMatch(type -> type.isInstance(cause));
    }

    private static String text(Throwable error) {
        String name = error.getClass().getSimpleName();
        return error instanceof ApiException || error.getMessage() != null ? name + ": " + error.getMessage() : name;
    }
}
