package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import org.jspecify.annotations.Nullable;

/** Sends rows to Kafka. A sender throws no exception for a row: each failure of a send is an outcome. */
public interface EventSender {

    /** Starts to send a row alone. The outcome arrives exactly once, during the call or later. */
    void send(OutboxRow row, OutcomeSink sink);

    /**
     * Starts to send a row in isolation: a probe of a destination that accepted no records before, or another row whose
     * earlier sends failed. A broker answers the requests of one connection in order. Such a row therefore uses another
     * connection than the rows of {@link #send}, because a late answer to it would delay theirs. The row shares no
     * producer batch with the rows of {@link #send} and {@link #sendChained}. It may share one with another row of its
     * partition that is sent in isolation at the same time. The outcome arrives exactly once, during the call or later.
     */
    void sendIsolated(OutboxRow row, OutcomeSink sink);

    /**
     * Returns the number of the open producer session, and opens a new one if the last one ended. A closed sender opens
     * none, and returns the number of the last one, which accepts no row.
     *
     * <p>A producer session makes this promise: if it appends a record to a partition, it has appended every record
     * that was handed to it earlier for the same partition. It ends at the first record that fails, before it sends
     * another one to that partition.
     */
    long openProducerSession();

    /**
     * Hands a row to a producer session, after the rows that were handed to it before.
     *
     * @return whether the producer session accepted the row. If so, the outcome arrives exactly once, and it is either
     *     {@link SendOutcome.Acknowledged} or {@link SendOutcome.SessionEnded}. If not, nothing was sent, and no
     *     outcome arrives.
     */
    boolean sendChained(OutboxRow row, long session, OutcomeSink sink);

    /**
     * Starts to send a refused row to its dead-letter topic. The outcome arrives exactly once, during the call or
     * later.
     */
    void deadLetter(OutboxRow row, String reason, OutcomeSink sink);

    /** Returns the partition of an aggregate's records. */
    int partition(Aggregate aggregate);

    /** Returns the reason why a blocked topic still cannot accept records, or null if a new attempt is worthwhile. */
    @Nullable
    String blockReason(String aggregateType);

    /** Returns whether the brokers answered the last check of the topics. The result is false before the first one. */
    boolean areBrokersReachable();

    /** Receives an outcome, from any thread. */
    @FunctionalInterface
    interface OutcomeSink {
        void accept(OutboxRow row, SendOutcome outcome);
    }
}
