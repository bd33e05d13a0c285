package dev.studybuddy.api.job;

/** This exception makes a handler stop at once. The progress that it would report afterwards is not recorded. */
public final class JobStopped extends RuntimeException {

    /** A reason states why the handler must stop. */
    public enum Reason {
        CANCELLED,
        /** Another instance owns the job, or may own it. */
        LEASE_LOST,
        SHUTTING_DOWN
    }

    private final Reason reason;

    JobStopped(Reason reason) {
        super("the job must stop: " + reason, null, false, false);
        this.reason = reason;
    }

    /** Returns the reason why the handler must stop. */
    public Reason reason() {
        return reason;
    }
}
