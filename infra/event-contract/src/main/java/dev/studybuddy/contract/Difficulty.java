package dev.studybuddy.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How hard a todo is. On the wire and in the databases: its lower-case {@link #code()}. */
public enum Difficulty {
    EASY,
    MEDIUM,
    HARD;

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
    public static Difficulty ofCode(String code) {
        for (Difficulty one : values()) {
            if (one.code.equals(code)) {
                return one;
            }
        }
        throw new IllegalArgumentException("not one of the Difficulty codes: " + code);
    }
}
