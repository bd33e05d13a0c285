package dev.studybuddy.readmodel;

import org.bson.Document;

/**
 * Names the fields of a journal, which the projector writes, and the index of journals. {@link Names#journalId(String,
 * int)} forms a journal's id from the aggregate type and the partition.
 */
public final class JournalFields {

    /** This field holds the offset up to which the partition's batches are decided, exclusive. */
    public static final String HI = "hi";

    /** This field holds the offset up to which the partition's batches are applied, exclusive. */
    public static final String DONE = "done";

    /** This field holds the plan of the batch between {@link #DONE} and {@link #HI}. */
    public static final String PLAN = "plan";

    /**
     * This field holds the leader epoch of the last record before {@link #HI}. A consumer that continues there detects
     * by this epoch that the log was truncated. The field is absent if the epoch is unknown.
     */
    public static final String LEADER_EPOCH = "leaderEpoch";

    /** The projector creates the index of {@link #positionsIndex()} under this name. */
    public static final String POSITIONS_INDEX = "positions";

    private JournalFields() {}

    /**
     * Returns the keys of the index that covers reads of positions. Without it, a server loads the plan of each
     * journal, up to several megabytes, to return two numbers.
     */
    public static Document positionsIndex() {
        return new Document("_id", 1).append(HI, 1).append(DONE, 1);
    }
}
