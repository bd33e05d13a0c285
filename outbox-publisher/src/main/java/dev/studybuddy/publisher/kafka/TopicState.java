package dev.studybuddy.publisher.kafka;

/** What is known of an aggregate type's topic. */
sealed interface TopicState {

    /** It and its dead-letter topic are as they must be. */
    record Ready() implements TopicState {}

    /** It was met just now, and is looked at soon. */
    record Unchecked() implements TopicState {}

    /** It can't be used, and why. */
    record Blocked(String reason) implements TopicState {}

    /** Nobody could be asked. */
    record Unreachable(String reason) implements TopicState {}
}
