package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.OutboxRow;

/** Counts the results of the publishing loop, for example the rows that it read and the rows that were acknowledged. */
public interface PublishListener {

    /** Counts an acknowledged row, with the time from its creation to its acknowledgement in nanoseconds. */
    void countPublished(OutboxRow row, long ageNanos);

    /**
     * Counts acknowledged rows that another instance had marked already. Each of them is on its topic at least twice.
     */
    void countRepeated(int rows);

    /** Counts a refused record with its reason. The row is dead-lettered if this was its last attempt. */
    void countRefused(OutboxRow row, String reason, boolean deadLettered);

    /** Counts the new rows of one read. */
    void countRead(int rows);

    /** Counts that the publisher began to skip rows on hold, because it could defer no further aggregate. */
    void countHoldOverflow();

    /** Counts a producer session that ended, because one of its records failed. */
    void countEndedProducerSession();
}
