package dev.studybuddy.projector.generation;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Records the last logged state of each subject, so that a caller logs a state only when it changes. */
final class LoggedStates {

    private final Map<String, String> lastStates = new ConcurrentHashMap<>();

    /**
     * Records the state of a subject and returns whether it differs from the last recorded state.
     *
     * @param state the state, or null if the subject has no problem
     */
    boolean recordChange(String subject, @Nullable String state) {
        String before = state == null ? lastStates.remove(subject) : lastStates.put(subject, state);
        return !Objects.equals(before, state);
    }
}
