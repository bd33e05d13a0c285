package dev.studybuddy.projector.journal;

import java.util.List;

/**
 * A plan failure states why a record cannot become part of a plan and is a dead letter instead.
 *
 * @param reason a short stable code
 * @param detail an explanation for an operator
 */
public record PlanFailure(String reason, String detail) {

    static final String CONTRIBUTION_FAILED = "unplannable";
    static final String MIRROR_UNREADABLE = "mirror-unreadable";

    private static final List<String> CODES = List.of(CONTRIBUTION_FAILED, MIRROR_UNREADABLE);

    /** The mirror or the sums of one event exceed what a journal can hold. */
    static final PlanFailure TOO_LARGE =
            new PlanFailure("too-large", "the plan of this record alone exceeds " + BatchPlanner.MAX_BYTES + " bytes");

    /**
     * Returns the codes of the events that can be decoded and cannot be planned. The code of {@link #TOO_LARGE} is not
     * among them, because {@link dev.studybuddy.projector.decode.DeadLetterReason} contains it.
     */
    public static List<String> codes() {
        return CODES;
    }
}
