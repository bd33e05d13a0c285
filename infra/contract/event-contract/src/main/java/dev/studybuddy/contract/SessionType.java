package dev.studybuddy.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * A session type names the way in which a study session was timed. Messages and databases hold its lower-case
 * {@link #code()}.
 */
public enum SessionType {
    POMODORO,
    STOPWATCH,
    MANUAL;

    private final String code = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String code() {
        return code;
    }

    /**
     * Returns the session type with a code.
     *
     * @throws IllegalArgumentException if the text is not a code; upper-case letters are rejected too
     */
    @JsonCreator
    public static SessionType ofCode(String code) {
        for (SessionType type : values()) {
            if (type.code.equals(code)) {
                return type;
            }
        }
        throw new IllegalArgumentException("the code is not a SessionType code: " + code);
    }
}
