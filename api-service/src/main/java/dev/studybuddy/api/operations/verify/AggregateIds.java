package dev.studybuddy.api.operations.verify;

import java.util.Optional;
import java.util.UUID;

/** Distinguishes the ids that rows can have from those that only a foreign producer or a change by hand can write. */
final class AggregateIds {

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
}
