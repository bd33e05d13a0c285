package dev.studybuddy.audit;

/**
 * A write that got a 2xx.
 *
 * @param version what the answer's ETag said; 0 where it said nothing
 */
public record Acknowledgement(AggregateKey key, long version, Effect effect) {

    /** What the write did. */
    public enum Effect {
        /** Its version is its own: no other write has it. */
        CHANGED,
        /** It may have found nothing to change, so its version may be another's. */
        PERHAPS_CHANGED,
        /** Nothing comes after it. */
        DELETED
    }
}
