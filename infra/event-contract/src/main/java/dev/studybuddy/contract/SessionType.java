package dev.studybuddy.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a study session was timed. On the wire and in the databases: its lower-case {@link #code()}. */
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
     * Reads a code.
     *
     * @throws IllegalArgumentException for any other text, also for another case
     */
    @JsonCreator
    public static SessionType ofCode(String code) {
        for (SessionType one : values()) {
            if (one.code.equals(code)) {
                return one;
            }
        }
        throw new IllegalArgumentException("not one of the SessionType codes: " + code);
    }
}
