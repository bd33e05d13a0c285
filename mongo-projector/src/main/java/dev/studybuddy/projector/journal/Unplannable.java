package dev.studybuddy.projector.journal;

/**
 * Why an event that could be read can't be planned.
 *
 * @param reason a short stable code
 * @param detail for a person
 */
public record Unplannable(String reason, String detail) {

    static final String CONTRIBUTION = "unplannable";
    static final String MIRROR = "mirror-unreadable";
}
