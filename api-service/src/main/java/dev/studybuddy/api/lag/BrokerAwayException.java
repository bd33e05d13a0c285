package dev.studybuddy.api.lag;

import org.apache.kafka.common.KafkaException;

/** The broker did not answer a question in time. */
public final class BrokerAwayException extends KafkaException {

    private static final long serialVersionUID = 1L;

    BrokerAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
