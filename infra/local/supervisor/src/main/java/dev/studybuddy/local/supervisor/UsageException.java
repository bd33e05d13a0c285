package dev.studybuddy.local.supervisor;

/** Signals that the user made an impossible request. The message names the request and the remedy. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String explanation;

    UsageException(String explanation) {
        super(explanation);
        this.explanation = explanation;
    }

    String explanation() {
        return explanation;
    }
}
