package dev.studybuddy.api.operations.pause;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This record lists what operators paused. A paused type or read model is neither stuck nor unfit.
 *
 * @param publishing the types whose events no publisher sends; null before the first answer of CockroachDB
 * @param projecting the read models that no projector keeps up to date; null before the first answer of MongoDB
 */
@Schema(name = "Pauses")
public record Pauses(
        @Nullable List<Pause> publishing, @Nullable List<Pause> projecting) {

    /** Returns whether any type is paused. */
    public boolean pausesPublishing() {
        return publishing != null && !publishing.isEmpty();
    }

    /** Returns whether any read model is paused. */
    public boolean pausesProjecting() {
        return projecting != null && !projecting.isEmpty();
    }

    /** Returns whether anything is paused. */
    public boolean pausesAnything() {
        return pausesPublishing() || pausesProjecting();
    }

    /**
     * This record describes one pause.
     *
     * @param name the code of the type, {@code all}, or the name of the read model
     * @param by the id of the operator
     */
    @Schema(name = "ListedPause")
    public record Pause(String name, Instant at, String by, String reason) {}
}
