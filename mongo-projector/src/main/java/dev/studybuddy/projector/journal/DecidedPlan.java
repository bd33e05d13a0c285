package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import org.jspecify.annotations.Nullable;

/** Holds the plan that a journal contains, and the first temporary refusal of one of its writes. */
final class DecidedPlan {

    private final JournalKey key;
    private final Plan plan;
    private final long hi;
    private @Nullable TemporaryRefusalException refusal;
    private boolean brokenDocuments;

    /**
     * Creates the plan of a batch.
     *
     * @param hi the end of the batch, exclusive
     */
    DecidedPlan(JournalKey key, Plan plan, long hi) {
        this.key = key;
        this.plan = plan;
        this.hi = hi;
    }

    JournalKey key() {
        return key;
    }

    Plan plan() {
        return plan;
    }

    long hi() {
        return hi;
    }

    /** Returns the refusal that makes the rest of the plan wait, or null if there is none. */
    @Nullable
    TemporaryRefusalException refusal() {
        return refusal;
    }

    boolean isRefused() {
        return refusal != null;
    }

    /** Records that the server refuses a write of the plan now. */
    void recordRefusal(TemporaryRefusalException refused) {
        refusal = refused;
    }

    /**
     * Returns whether MongoDB refused a write of the plan. If the plan is applied nevertheless, the refusal is
     * permanent, and a document lacks that write.
     */
    boolean hasBrokenDocuments() {
        return brokenDocuments;
    }

    /** Records that a document lacks a write of the plan. */
    void recordBrokenDocuments() {
        brokenDocuments = true;
    }
}
