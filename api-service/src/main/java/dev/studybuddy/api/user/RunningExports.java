package dev.studybuddy.api.user;

import dev.studybuddy.api.http.Problem;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Holds the callers whose export runs. It limits their number and permits one export of each caller, so that one caller
 * cannot occupy all exports of the instance. The class is thread-safe.
 */
final class RunningExports {

    private final int max;
    private final Set<UUID> callers = new HashSet<>();

    RunningExports(int max) {
        this.max = max;
    }

    /**
     * Adds the export of a caller.
     *
     * @throws dev.studybuddy.api.http.ProblemException 503 if too many exports run, or if one of the caller runs
     */
    synchronized void add(UUID caller) {
        if (callers.contains(caller)) {
            throw tooMany("Another export of the caller runs. Retry this request when it is complete.");
        }
        if (callers.size() >= max) {
            throw tooMany("Too many exports run at the same time. Retry this request later.");
        }
        callers.add(caller);
    }

    /** Removes the export of a caller. */
    synchronized void remove(UUID caller) {
        callers.remove(caller);
    }

    private static RuntimeException tooMany(String detail) {
        return Problem.unavailable("too-many-exports", detail).toException();
    }
}
