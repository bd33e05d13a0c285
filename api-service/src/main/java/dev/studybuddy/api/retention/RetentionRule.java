package dev.studybuddy.api.retention;

/** Removes the old rows of one table. A job runs all rules, on one instance at a time. */
public interface RetentionRule {

    /** One batch removes at most this many rows, so that no transaction is long. */
    int BATCH_ROWS = 500;

    /** Returns the name of the table or collection, which metrics and log lines show. */
    String table();

    /**
     * Removes a batch of rows that are older than the table's retention.
     *
     * @return the number of removed rows; 0 if no old rows exist
     */
    int removeBatch();
}
