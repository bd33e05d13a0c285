package dev.studybuddy.publisher.outbox;

import dev.studybuddy.publisher.ordering.OutboxRow;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Writes to the outbox, in parallel with the next poll. */
public interface OutboxWriter {

    /**
     * Starts to write a batch, after those that were submitted before it. The result arrives exactly once, later and
     * from any thread. At most two results are outstanding at a time.
     */
    void submit(Batch batch, ResultSink sink);

    /** Receives a result. */
    @FunctionalInterface
    interface ResultSink {
        void accept(Batch batch, Result result);
    }

    /**
     * A batch holds acknowledged rows, which one statement marks, and failures, which the lease's owner and epoch
     * fence.
     */
    record Batch(List<Mark> marks, List<Failure> failures) {}

    /** A mark sets an acknowledged row to processed. It needs no fence, because the acknowledgement proves it. */
    record Mark(OutboxRow row, int partition, long offset) {}

    /** A failure records a refused row. */
    sealed interface Failure {
        OutboxRow row();

        long epoch();

        String reason();

        /** An attempt counts the refusal. The next attempt is due after the delay. */
        record Attempt(OutboxRow row, long epoch, String reason, Duration delay) implements Failure {}

        /** A dead letter ends the attempts. The row leaves the pending index and is kept for an operator. */
        record DeadLetter(OutboxRow row, long epoch, String reason) implements Failure {}
    }

    /** A result states how the write of a batch ended. */
    sealed interface Result {

        /**
         * The whole batch is written.
         *
         * @param repeats the number of acknowledged rows that another instance had marked already
         * @param fenced the ids of failures that were not written, because the shard changed its owner or the row was
         *     already processed
         */
        record Written(int repeats, List<UUID> fenced) implements Result {}

        /** Only a part of the batch or none of it is written. A second write of the batch is harmless. */
        record Failed(RuntimeException cause) implements Result {}
    }
}
