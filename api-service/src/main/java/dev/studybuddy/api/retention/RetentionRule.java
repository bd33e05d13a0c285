package dev.studybuddy.api.retention;

/**
 * Removes the old rows of one table, or the content of the old dead letters of the projector. A job runs all rules, on
 * one instance at a time.
 */
public interface RetentionRule {

    /** One batch removes at most this many rows, so that no transaction is long. */
    int BATCH_ROWS = 500;

    /** Returns the name of the table or collection, which metrics and log lines show. */
    String table();

    /**
     * Removes a batch of rows, or the content of a batch of dead letters, that are older than their retention.
     *
     * @return the number of changed rows or dead letters; 0 if no old ones are left
     */
    int removeBatch();
}
