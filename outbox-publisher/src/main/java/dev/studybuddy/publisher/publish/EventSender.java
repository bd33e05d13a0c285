package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.OutboxRow;
import org.jspecify.annotations.Nullable;

/** Hands rows to the broker. A sender never throws for one row: every failure is an outcome. */
public interface EventSender {

    /** Starts to send a row to its topic. The outcome arrives exactly once, during the call or later. */
    void send(OutboxRow row, OutcomeSink sink);

    /** Starts to send a refused row to its dead-letter topic. */
    void deadLetter(OutboxRow row, String reason, OutcomeSink sink);

    /** Returns the reason why a blocked topic still cannot accept records, or null if a new attempt is worthwhile. */
    @Nullable
    String blockReason(String aggregateType);

    /** Receives an outcome, from any thread. */
    @FunctionalInterface
    interface OutcomeSink {
        void accept(OutboxRow row, SendOutcome outcome);
    }
}
