package dev.studybuddy.publisher.kafka;

import org.apache.kafka.common.KafkaException;

/** A topic answer is the answer of the brokers about one topic. */
sealed interface TopicAnswer<T> {

    /** The brokers returned this value. */
    record Found<T>(T value) implements TopicAnswer<T> {}

    /** The topic does not exist. */
    record Absent<T>() implements TopicAnswer<T> {}

    /** The principal lacks a right, which the reason names. */
    record Denied<T>(String reason) implements TopicAnswer<T> {}

    /** The brokers did not answer, or the answer is an error that may be temporary. */
    record Failed<T>(Throwable error) implements TopicAnswer<T> {

        String reason() {
            Throwable root = error.getCause() instanceof KafkaException cause ? cause : error;
            return root.getMessage() == null
                    ? root.getClass().getSimpleName()
                    : root.getClass().getSimpleName() + ": " + root.getMessage();
        }
    }
}
