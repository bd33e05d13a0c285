package dev.studybuddy.publisher.outbox;

import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.RowKey;
import java.time.Duration;
import java.util.List;

/** Writes to the outbox, in parallel with the next poll. */
public interface OutboxWriter {

    /**
     * Starts to write a batch, after those that were submitted before it. The result arrives exactly once, later and
     * from any thread, unless the write ends with an {@link Error}. At most two results are outstanding at a time.
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
    record Batch(List<Mark> marks, List<Failure> failures) {

        /** Returns the number of rows that the batch writes. */
        public int size() {
            return marks.size() + failures.size();
        }

        /**
         * Returns two smaller batches with the same rows. The marks are separated from the failures, and rows of one
         * kind are halved. A batch of one row cannot be split.
         */
        public List<Batch> split() {
            if (size() < 2) {
                throw new IllegalStateException("A batch of fewer than two rows cannot be split");
            }
            if (!marks.isEmpty() && !failures.isEmpty()) {
                return List.of(new Batch(marks, List.of()), new Batch(List.of(), failures));
            }
            int halfOfMarks = marks.size() / 2;
            int halfOfFailures = failures.size() / 2;
            return List.of(
                    new Batch(marks.subList(0, halfOfMarks), failures.subList(0, halfOfFailures)),
                    new Batch(
                            marks.subList(halfOfMarks, marks.size()),
                            failures.subList(halfOfFailures, failures.size())));
        }
    }

    /**
     * A mark records that a row was acknowledged. It needs no fence, because the acknowledgement proves that the topic
     * holds the event.
     *
     * @param partition the partition of the record
     * @param offset the offset of the record, or a negative number if the broker did not return it
     */
    record Mark(OutboxRow row, int partition, long offset) {}

    /** A failure records a refused row. */
    sealed interface Failure {
        OutboxRow row();

        /** Returns the epoch of the lease that fences the write. */
        long epoch();

        /** Returns the reason of the refusal, which becomes the row's {@code last_error}. */
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
         * @param repeats the number of acknowledged rows that were no longer pending, because another instance or an
         *     earlier write of this batch had marked them
         * @param fenced the keys of failures that were not written, because the shard changed its owner or the row was
         *     already processed
         * @param durationNanos the time that the statements took, in nanoseconds
         */
        record Written(int repeats, List<RowKey> fenced, long durationNanos) implements Result {}

        /**
         * Only a part of the batch or none of it is written, and its size or one of its rows may be the reason. A
         * second write of the batch is harmless.
         */
        record Failed(Reason reason, RuntimeException cause) implements Result {}

        /**
         * The database could not be reached. No row is the cause. A part of the batch may be written, and a second
         * write of the batch is harmless.
         */
        record Unreachable(RuntimeException cause) implements Result {}
    }

    /** A reason states why a batch could not be written. */
    enum Reason {
        /** Another transaction holds the lock of a row for longer than the lock timeout. */
        LOCKED,
        /** The statement took longer than the statement timeout. */
        TIMED_OUT,
        /** The database reported another error. */
        ERROR
    }
}
