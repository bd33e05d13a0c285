package dev.studybuddy.api.job;

import java.util.Locale;

/** A state is a stage in the life of a job. */
public enum JobState {
    QUEUED,
    RUNNING,
    DONE,
    FAILED,
    CANCELLED;

    /** Returns the code that the table and the responses use. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static JobState ofCode(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    /** Returns whether the state is final. */
    public boolean isFinal() {
        return this != QUEUED && this != RUNNING;
    }
}
