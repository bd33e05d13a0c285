package dev.studybuddy.contract;

import java.util.Locale;

/** What happened to an aggregate; a snapshot re-emits the present state at its present version. */
public enum Change {
    CREATED,
    UPDATED,
    DELETED,
    SNAPSHOT;

    /** The second half of the event type. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
