package dev.studybuddy.publisher.ordering;

/**
 * A dispatch outcome states what the publisher did with a row after its send ended. Each dispatched row has exactly
 * one.
 */
public sealed interface DispatchOutcome {

    /** The row was acknowledged before and is now marked as processed. */
    record Marked() implements DispatchOutcome {}

    /**
     * The row was acknowledged before, and it stays unmarked because this instance no longer serves its shard. The next
     * owner may send it again.
     */
    record Unmarked() implements DispatchOutcome {}

    /** No acknowledgement of the row arrived, and the row waits again. Its record may be on the topic. */
    record Returned() implements DispatchOutcome {}

    /**
     * No acknowledgement of the row arrived, and the row waits again. It is then sent alone, because the producer
     * session did not accept it or ended at it.
     */
    record ReturnedAlone() implements DispatchOutcome {}

    /**
     * No acknowledgement of the row arrived, and this instance sends nothing of its aggregate now. The rows of the
     * aggregate leave memory.
     */
    record Abandoned() implements DispatchOutcome {}

    /**
     * The aggregate is read again at the given time, for one of these reasons:
     *
     * <ul>
     *   <li>A refused attempt was written.
     *   <li>The write was fenced, and this instance serves the shard, for example because it took the shard again after
     *       another owner. The cursor of the shard may already have passed the row.
     *   <li>The send failed because of the destination, and the destination accepts other rows, so that only this
     *       aggregate waits.
     *   <li>The row must be sent in isolation, and another row of its partition is in flight in isolation.
     *   <li>The dead-letter topic accepts no copy of the row now.
     * </ul>
     *
     * @param untilNanos the monotonic time in nanoseconds at which the aggregate is due
     */
    record Deferred(long untilNanos) implements DispatchOutcome {}

    /**
     * A dead letter was written. The next version may be sent: it carries the whole state, so it replaces this one.
     */
    record DeadLettered() implements DispatchOutcome {}

    /**
     * The write was fenced, because the shard had another owner or the row was already processed, and this instance
     * does not serve the shard. The publisher reads the predecessor of the row's followers before it sends them.
     */
    record Dropped() implements DispatchOutcome {}
}
