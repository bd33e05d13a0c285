package dev.studybuddy.projector.generation;

/** Kafka did not complete an administrative request. */
final class KafkaUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    KafkaUnavailableException(String message, Throwable cause) {
        super("Kafka: " + message, cause);
    }
}
