package dev.studybuddy.contract;

import java.util.Optional;

/** The aggregates whose states stand on topics, one topic for each type. */
public enum AggregateType {
    USER("user", "users"),
    TODO("todo", "todos"),
    SESSION("session", "study_sessions");

    /** The schema of the values that this code writes; a reader refuses newer ones. */
    public static final int SCHEMA_VERSION = 1;

    private final String code;
    private final String plural;

    AggregateType(String code, String plural) {
        this.code = code;
        this.plural = plural;
    }

    /** As in the outbox, in headers and in event types: {@code todo}. */
    public String code() {
        return code;
    }

    /** The name of its table, and of its mirrors without their generation: {@code todos}. */
    public String plural() {
        return plural;
    }

    /** An event's type: {@code todo.created}. */
    public String event(Change change) {
        return code + '.' + change.code();
    }

    /** The topic of this type, for example {@code studybuddy.todo.v1}. */
    public String topic(String prefix) {
        return prefix + code + ".v1";
    }

    /** The topic's dead-letter topic, {@code studybuddy.todo.v1.dlt}. */
    public static String deadLetterTopic(String topic) {
        return topic + ".dlt";
    }

    public static Optional<AggregateType> ofCode(String code) {
        for (AggregateType type : values()) {
            if (type.code.equals(code)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
