package dev.studybuddy.projector.kafka;

/** This exception reports that Kafka did not complete an administrative request. */
public final class KafkaUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    KafkaUnavailableException(String message, Throwable cause) {
        super("Kafka: " + message, cause);
    }
}
