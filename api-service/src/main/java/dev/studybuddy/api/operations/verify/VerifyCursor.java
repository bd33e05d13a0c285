package dev.studybuddy.api.operations.verify;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cursor is the position that a verify has reached. An instance that takes the verify over continues there.
 *
 * @param model the name of the read model that is compared
 * @param generation the number of the generation that is compared
 * @param type the code of the aggregate type whose mirrors are compared; empty in the other phases
 * @param after the last id, user or period that is compared; empty at the beginning of a phase
 */
record VerifyCursor(String model, int generation, Phase phase, String type, String after) {

    private static final String SEPARATOR = "/";
    private static final int PARTS = 5;

    /**
     * A phase is a part of a verify. The phases run in this order: the comparison of the mirrors, of the users' totals,
     * and of the global totals, and then the repair.
     */
    enum Phase {
        MIRRORS,
        USERS,
        GLOBALS,
        REPAIR
    }

    /** Returns the text from which {@link #parse} reads this position. */
    String text() {
        return String.join(
                SEPARATOR, model, String.valueOf(generation), phase.name().toLowerCase(Locale.ROOT), type, after);
    }

    /**
     * Reads a position; empty if the text holds none, for example because an earlier version of this program wrote it.
     */
    static Optional<VerifyCursor> parse(@Nullable String text) {
        String[] parts = text == null ? new String[0] : text.split(SEPARATOR, PARTS);
        if (parts.length < PARTS) {
            return Optional.empty();
        }
        try {
            Phase phase = Phase.valueOf(parts[2].toUpperCase(Locale.ROOT));
            return Optional.of(new VerifyCursor(parts[0], Integer.parseInt(parts[1]), phase, parts[3], parts[4]));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }
}
