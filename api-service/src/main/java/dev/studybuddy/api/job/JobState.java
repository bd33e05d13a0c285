package dev.studybuddy.api.job;

import java.util.Locale;

/** A state is a stage in the life of a job. */
public enum JobState {
    /** No instance runs the job yet, or the job waits for its next attempt. */
    QUEUED,
    /** An instance runs the job, or ran it until its lease ended. */
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
