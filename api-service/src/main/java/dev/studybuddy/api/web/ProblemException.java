package dev.studybuddy.api.web;

/** Ends a request, and rolls its transaction back, with a problem detail. It is an answer, so it has no stack trace. */
public final class ProblemException extends RuntimeException {

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
