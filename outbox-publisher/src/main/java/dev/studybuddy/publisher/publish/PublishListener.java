package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.OutboxRow;

/** Counts the events of publishing. */
public interface PublishListener {

    /** Counts an acknowledged row, with the time from its creation to its acknowledgement in nanoseconds. */
    void countPublished(OutboxRow row, long ageNanos);

    /** Counts acknowledged rows that another instance had marked already. Each of them is on its topic twice. */
    void countRepeated(int rows);

    /** Counts a refused record with its reason. The row is dead-lettered if this was its last attempt. */
    void countRefused(OutboxRow row, String reason, boolean deadLettered);

    /** Counts the new rows of one read. */
    void countRead(int rows);

    /** Counts that rows on hold began to be skipped, because no further aggregate could be deferred. */
    void countHoldOverflow();

    /** Counts a producer session that ended, because one of its records failed. */
    void countEndedProducerSession();
}
