package dev.studybuddy.api.job;

import java.util.Locale;

/** A state is a stage of a job between its submission and its end. */
public enum JobState {
    /**
     * No instance has claimed the job yet. A job that cannot be cancelled also waits for its next attempt in this
     * state.
     */
    QUEUED,
    /**
     * An instance runs the job. A job that can be cancelled stays in this state while it waits for its next attempt.
     * Each job stays in it after a crash, until another instance finds that the lease has expired.
     */
    RUNNING,
    /** The handler finished the job. */
    DONE,
    /** The job ended with an error and is not retried. */
    FAILED,
    /** An operator cancelled the job. */
    CANCELLED;

    /** Returns the code that the table and the answers use. */
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
