package dev.studybuddy.projector.generation;

/** Kafka did not complete an administrative request. */
final class KafkaAwayException extends RuntimeException {

    private static final long serialVersionUID = 1;

    KafkaAwayException(String message, Throwable cause) {
        super("Kafka: " + message, cause);
    }
}
