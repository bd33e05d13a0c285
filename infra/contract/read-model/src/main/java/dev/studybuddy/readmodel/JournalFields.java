package dev.studybuddy.readmodel;

/**
 * Names the fields of a journal, which the projector writes. {@link Names#journalId(String, int)} forms a journal's id
 * from the aggregate type and the partition.
 */
public final class JournalFields {

    /** This field holds the offset up to which the partition's batches are decided, exclusive. */
    public static final String HI = "hi";

    /** This field holds the offset up to which the partition's batches are applied, exclusive. */
    public static final String DONE = "done";

    /** This field holds the plan of the batch between {@link #DONE} and {@link #HI}. */
    public static final String PLAN = "plan";

    private JournalFields() {}
}
