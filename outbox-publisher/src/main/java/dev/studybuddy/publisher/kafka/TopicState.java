package dev.studybuddy.publisher.kafka;

/** A topic state is the result of the last check of an aggregate type's topic. */
sealed interface TopicState {

    /** The topic meets the requirements. The state of its dead-letter topic does not count. */
    record Ready() implements TopicState {}

    /** The topic is new or was just created. The next check decides its state. */
    record Unchecked() implements TopicState {}

    /** The topic cannot be used, for the reason that the record states. */
    record Blocked(String reason) implements TopicState {}

    /**
     * The check failed because the brokers did not answer.
     *
     * @param wasReady whether the last answer showed that the topic meets the requirements, so that records are still
     *     sent to it
     */
    record Unreachable(String reason, boolean wasReady) implements TopicState {}
}
