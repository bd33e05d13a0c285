package dev.studybuddy.api.jobs;

import java.util.Locale;

/** How far a job is. */
public enum JobState {
    QUEUED,
    RUNNING,
    DONE,
    FAILED,
    CANCELLED;

    /** As in the table and in answers. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static JobState ofCode(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    /** Whether nothing will happen to it any more. */
    public boolean finished() {
        return this != QUEUED && this != RUNNING;
    }
}
