package dev.studybuddy.audit;

/**
 * An acknowledged write is a write that the API answered with a 2xx.
 *
 * @param version the version in the answer's ETag; 0 if the answer has no ETag
 */
public record AcknowledgedWrite(AggregateKey key, long version, Effect effect) {

    /** An effect states how a write changed its aggregate. */
    public enum Effect {
        /** The write made the version, so no other write has this version. */
        CHANGED,
        /** The write may have changed nothing, so another write may have the same version. */
        PERHAPS_CHANGED,
        /** The write deleted the aggregate, so no version follows. */
        DELETED
    }
}
