package dev.studybuddy.projector.decode;

/** This exception carries the reason why a record cannot be decoded. */
final class UnreadableException extends Exception {

    private static final long serialVersionUID = 1;

    private final String reason;

    /**
     * Creates the exception of one record.
     *
     * @param reason one of the codes of {@link DeadLetterReason}
     */
    UnreadableException(String reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
