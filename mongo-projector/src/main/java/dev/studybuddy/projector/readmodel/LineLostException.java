package dev.studybuddy.projector.readmodel;

/** The line is dead: what was under way may or may not have happened, and the position must be read anew. */
public final class LineLostException extends RuntimeException {

    /** Why. */
    public enum Cause {
        /** MongoDB is away, or answers that it can't now. */
        OUTAGE,
        /** Only this line: the connection at hand is younger than the position. A new line goes at once. */
        YOUNGER_CONNECTION
    }

    private final Cause why;

    public LineLostException(Cause why, String message, Throwable cause) {
        super(message, cause);
        this.why = why;
    }

    /** Whether MongoDB itself is away. */
    public boolean outage() {
        return why == Cause.OUTAGE;
    }
}
