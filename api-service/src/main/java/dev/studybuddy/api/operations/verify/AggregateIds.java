package dev.studybuddy.api.operations.verify;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Distinguishes the ids that rows can have from those that only a foreign producer or a change by hand can write. */
final class AggregateIds {

    private static final Pattern EVENT_ID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private AggregateIds() {}

    /** Returns the id as a UUID; empty if no row can have it. A row has the canonical text of its UUID. */
    static Optional<UUID> parse(String id) {
        try {
            UUID uuid = UUID.fromString(id);
            return uuid.toString().equals(id) ? Optional.of(uuid) : Optional.empty();
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    /**
     * Returns whether the projector accepts an event with this id, which is a UUID with letters of either case. No row
     * has an id with capital letters.
     */
    static boolean isOfEvent(String id) {
        return EVENT_ID.matcher(id).matches();
    }
}
