package dev.studybuddy.projector.mongo;

/**
 * This exception reports that the session is lost. Its last operation may or may not have been executed, and the
 * position must be read again.
 */
public final class FencedSessionLostException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** The cause decides whether a new session can be used at once. */
    public enum Cause {
        /** MongoDB is unavailable, changes its role or shuts down. */
        OUTAGE,
        /**
         * MongoDB responds but refuses a command, for example because the user lacks a right or because the shard of a
         * collection is down. The refusal is never regarded as permanent, because a later attempt can succeed. Commands
         * on other collections may succeed.
         */
        REFUSED_COMMAND,
        /**
         * Only this session is affected: the available connection was opened after the position was read. A new session
         * works at once.
         */
        LATER_CONNECTION
    }

    private final Cause lossCause;

    /** Creates an exception for a lost session. */
    public FencedSessionLostException(Cause lossCause, String message, Throwable cause) {
        super(message, cause);
        this.lossCause = lossCause;
    }

    /** Returns whether MongoDB itself is unavailable. */
    public boolean isOutage() {
        return lossCause == Cause.OUTAGE;
    }

    /** Returns whether MongoDB responds but refuses a command now. */
    public boolean isRefusedCommand() {
        return lossCause == Cause.REFUSED_COMMAND;
    }

    /** Returns whether only this session is affected. In that case, a new session works at once. */
    public boolean isLaterConnection() {
        return lossCause == Cause.LATER_CONNECTION;
    }
}
