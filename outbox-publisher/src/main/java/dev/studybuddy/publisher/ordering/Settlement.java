package dev.studybuddy.publisher.ordering;

/** A settlement states how the send of a row ended. Each row that is dispatched is settled once. */
public sealed interface Settlement {

    /** The row was acknowledged before and is now marked as processed. */
    record Marked() implements Settlement {}

    /**
     * The row was acknowledged before, and it stays unmarked because this instance no longer serves its shard. The next
     * owner may send it again.
     */
    record Unmarked() implements Settlement {}

    /** The row was not sent, or its outcome is unknown, and it waits again. */
    record Returned() implements Settlement {}

    /**
     * The row was not sent, or its outcome is unknown, and it waits again. It is sent alone, because it or a row like
     * it ended a chain.
     */
    record ReturnedAlone() implements Settlement {}

    /**
     * The row was not sent, and this instance sends nothing of its aggregate now. The rows of the aggregate leave
     * memory.
     */
    record Abandoned() implements Settlement {}

    /**
     * The aggregate is read again at the given time. Either a refused attempt was written, or the write was fenced and
     * this instance serves the shard again. In that case, the cursor of the shard may already have passed the row.
     *
     * @param untilNanos the monotonic time in nanoseconds at which the aggregate is due
     */
    record Deferred(long untilNanos) implements Settlement {}

    /**
     * A dead letter was written. The next version may be sent: it carries the whole state, so it replaces this one.
     */
    record DeadLettered() implements Settlement {}

    /**
     * The write was fenced: another instance owns the shard or has processed the row. The followers of the row read
     * their predecessor.
     */
    record Dropped() implements Settlement {}
}
