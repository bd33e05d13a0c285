package dev.studybuddy.api.job;

/**
 * This exception fails a job for a reason that its handler expects, such as a conflict with the present data. The log
 * contains no stack trace of it.
 */
public final class JobFailedException extends RuntimeException {

    private final String error;

    /**
     * Creates the exception.
     *
     * @param error the error to record in the job
     */
    public JobFailedException(String error) {
        super(error, null, false, false);
        this.error = error;
    }

    /** Returns the error to record in the job. */
    String error() {
        return error;
    }
}
