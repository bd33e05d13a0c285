package dev.studybuddy.contract;

import java.util.Locale;

/**
 * An event kind is the kind of change that an event reports. A snapshot emits the present state again at its present
 * version.
 */
public enum EventKind {
    CREATED,
    UPDATED,
    DELETED,
    SNAPSHOT;

    /** Returns the second half of the event type, for example {@code created}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
