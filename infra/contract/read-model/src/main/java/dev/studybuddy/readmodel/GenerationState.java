package dev.studybuddy.readmodel;

import java.util.Locale;

/**
 * A generation state is the state of a generation as operators see it. A {@link GenerationRecord} derives it from its
 * list and from the end of the generation; no document stores it.
 *
 * <pre>
 *   begin ──▶ BUILDING ──activate──▶ ACTIVE ──activate another──▶ PREVIOUS ──retirePrevious──▶ RETIRED
 *                │                     ▲                             │
 *                │ abort               └─────── activate ────────────┘
 *                ▼
 *             ABORTED        markBroken: BUILDING, ACTIVE or PREVIOUS ──▶ BROKEN
 * </pre>
 *
 * <p>{@link GenerationRecord#beginActive} makes the first generation of a read model active at once. A broken
 * generation stays broken, except that the abort of a building one makes it aborted.
 */
public enum GenerationState {
    /** The projector builds the generation, and no read uses it. */
    BUILDING,
    /** The generation serves reads. */
    ACTIVE,
    /**
     * The generation served reads before the active one. It is kept up to date, so that it can be activated again.
     */
    PREVIOUS,
    /**
     * The generation can no longer become exact: its topics have changed, or a log was truncated or no longer holds the
     * records at the position of a journal.
     */
    BROKEN,
    /** The generation was aborted while it was building. */
    ABORTED,
    /** The generation was replaced, and the record no longer lists it. */
    RETIRED;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** Returns the state's name in REST, for example {@code building}. */
    public String code() {
        return code;
    }
}
