package dev.studybuddy.publisher.publish;

import org.jspecify.annotations.Nullable;

/** Hands rows to the broker. Never throws for one row: whatever goes wrong is an outcome. */
public interface EventSender {

    /** Starts to send a row to its topic; the outcome arrives later, or at once, exactly one time. */
    void send(OutboxRow row, OutcomeSink sink);

    /** Starts to send a refused row to its dead-letter topic. */
    void bury(OutboxRow row, String reason, OutcomeSink sink);

    /** Why a type whose topic was blocked is not worth another try; null where it is. */
    @Nullable
    String stillBlocked(String aggregateType);

    /** Takes an outcome, from any thread. */
    @FunctionalInterface
    interface OutcomeSink {
        void accept(OutboxRow row, SendOutcome outcome);
    }
}
