package dev.studybuddy.publisher.publish;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** What is written to the outbox, beside the next poll. */
public interface Writes {

    /**
     * Starts to write a batch, after those submitted before it; the result arrives later, exactly one time, from any
     * thread. At most two results are awaited at a time.
     */
    void submit(Batch batch, ResultSink sink);

    /** Takes a result. */
    @FunctionalInterface
    interface ResultSink {
        void accept(Batch batch, Result result);
    }

    /** Acknowledged rows, marked in one statement, and failures, each fenced by the lease's owner and epoch. */
    record Batch(List<Mark> marks, List<Failure> failures) {}

    /** An acknowledged row: the acknowledgement is the truth, so no fence. */
    record Mark(OutboxRow row, int partition, long offset) {}

    /** A refused row. */
    sealed interface Failure {
        OutboxRow row();

        long epoch();

        String reason();

        /** Counts the attempt; the next one is due after the delay. */
        record Attempt(OutboxRow row, long epoch, String reason, Duration delay) implements Failure {}

        /** Ends the attempts: the row leaves the pending index and is kept for an operator. */
        record DeadLetter(OutboxRow row, long epoch, String reason) implements Failure {}
    }

    /** What became of a batch. */
    sealed interface Result {

        /**
         * All of it is written.
         *
         * @param repeats acknowledged rows that another had marked already
         * @param fenced ids of failures that were not written, since the lease or the row changed hands
         */
        record Written(int repeats, List<UUID> fenced) implements Result {}

        /** Some or none of it is written; writing it again is harmless. */
        record Failed(RuntimeException cause) implements Result {}
    }
}
