package dev.studybuddy.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A difficulty grades a todo. Messages and databases hold its lower-case {@link #code()}. */
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
     * Returns the difficulty with a code.
     *
     * @throws IllegalArgumentException if the text is not a code; upper-case letters are rejected too
     */
    @JsonCreator
    public static Difficulty ofCode(String code) {
        for (Difficulty difficulty : values()) {
            if (difficulty.code.equals(code)) {
                return difficulty;
            }
        }
        throw new IllegalArgumentException("the code is not a Difficulty code: " + code);
    }
}
