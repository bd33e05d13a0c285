package dev.studybuddy.api.job;

/** This exception makes a handler stop at once. The progress that it would report afterwards is not recorded. */
public final class JobStoppedException extends RuntimeException {

    /** A reason states why the handler must stop. */
    public enum Reason {
        /** An operator cancelled the job. */
        CANCELLED,
        /** Another instance owns the job, or may own it. */
        LEASE_LOST,
        /** This instance stops, and another instance continues the job. */
        SHUTTING_DOWN
    }

    private final Reason reason;

    JobStoppedException(Reason reason) {
        super("the job must stop: " + reason, null, false, false);
        this.reason = reason;
    }

    /** Returns the reason why the handler must stop. */
    Reason reason() {
        return reason;
    }
}
