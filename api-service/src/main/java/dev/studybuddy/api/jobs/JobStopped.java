package dev.studybuddy.api.jobs;

/** Tells a handler to leave at once: nothing that it does from here on counts. */
public final class JobStopped extends RuntimeException {

    /** Why. */
    public enum Reason {
        CANCELLED,
        /** Another instance has it, or may have. */
        LEASE_LOST,
        SHUTTING_DOWN
    }

    private final Reason reason;

    JobStopped(Reason reason) {
        super("stopped: " + reason, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
