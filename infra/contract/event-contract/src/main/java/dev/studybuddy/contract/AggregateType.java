package dev.studybuddy.contract;

import java.util.Optional;

/** An aggregate type names one kind of aggregate. Each type has one topic that carries its states. */
public enum AggregateType {
    USER("user", "users"),
    TODO("todo", "todos"),
    SESSION("session", "study_sessions");

    /** The values that this code writes have this schema. A reader rejects values of a newer schema. */
    public static final int SCHEMA_VERSION = 1;

    private final String code;
    private final String plural;

    AggregateType(String code, String plural) {
        this.code = code;
        this.plural = plural;
    }

    /** Returns the name that the outbox, headers and event types use, for example {@code todo}. */
    public String code() {
        return code;
    }

    /** Returns the name of the table and of the mirrors without their generation, for example {@code todos}. */
    public String plural() {
        return plural;
    }

    /** Returns the type of an event, for example {@code todo.created}. */
    public String event(EventKind kind) {
        return code + '.' + kind.code();
    }

    /** Returns the name of this type's topic, for example {@code studybuddy.todo.v1}. */
    public String topic(String prefix) {
        return prefix + code + ".v1";
    }

    /** Returns the type whose topic has this name, with any prefix, or empty if no type has such a topic. */
    public static Optional<AggregateType> ofTopic(String topic) {
        for (AggregateType type : values()) {
            if (topic.endsWith(type.topic(""))) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the type whose topic has this name, with any prefix.
     *
     * @throws IllegalArgumentException if no type has such a topic, for example because only a later version reads it
     */
    public static AggregateType requireOfTopic(String topic) {
        return ofTopic(topic)
                .orElseThrow(() -> new IllegalArgumentException(
                        "The topic " + topic + " belongs to no aggregate type that this version reads"));
    }

    /** Returns the name of a topic's dead-letter topic, for example {@code studybuddy.todo.v1.dlt}. */
    public static String deadLetterTopic(String topic) {
        return topic + ".dlt";
    }

    /** Returns the type with a code, or empty if no type has it. */
    public static Optional<AggregateType> ofCode(String code) {
        for (AggregateType type : values()) {
            if (type.code.equals(code)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
