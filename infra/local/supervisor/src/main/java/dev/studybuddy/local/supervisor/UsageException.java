package dev.studybuddy.local.supervisor;

/** Signals that the user made an impossible request. The complaint names the request and the remedy. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String complaint;

    UsageException(String complaint) {
        super(complaint);
        this.complaint = complaint;
    }

    String complaint() {
        return complaint;
    }
}
