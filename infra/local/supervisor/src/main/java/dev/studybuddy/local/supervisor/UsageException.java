package dev.studybuddy.local.supervisor;

/** The user asked for something that can't be; the complaint tells them what, and what to do. */
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
