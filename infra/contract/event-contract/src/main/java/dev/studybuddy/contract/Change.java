package dev.studybuddy.contract;

import java.util.Locale;

/** A change is the kind of an event. A snapshot emits the present state again at its present version. */
public enum Change {
    CREATED,
    UPDATED,
    DELETED,
    SNAPSHOT;

    /** Returns the second half of the event type, for example {@code created}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
