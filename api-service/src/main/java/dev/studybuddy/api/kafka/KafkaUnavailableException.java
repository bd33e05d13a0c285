package dev.studybuddy.api.kafka;

import org.apache.kafka.common.KafkaException;

/**
 * This exception reports that the Kafka broker did not answer a query in time, or that the wait for its answer was
 * interrupted.
 */
final class KafkaUnavailableException extends KafkaException {

    private static final long serialVersionUID = 1L;

    KafkaUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
