package dev.studybuddy.api.http;

/**
 * Ends a request with a problem detail and rolls its transaction back. It has no stack trace, because it is an answer
 * and not a bug.
 */
public final class ProblemException extends RuntimeException {

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    /** Returns the problem that answers the request. */
    public Problem problem() {
        return problem;
    }
}
