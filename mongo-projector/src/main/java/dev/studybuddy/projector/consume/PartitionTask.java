package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.projector.journal.DecodedRecord;
import dev.studybuddy.projector.journal.PartitionBatch;
import dev.studybuddy.projector.journal.PartitionJournal;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A partition task holds the queue and the journal of one partition. The poll loop adds records to the queue. One
 * worker at a time runs the batches of these records, between {@link #tryAcquire()} and {@link #release()}.
 */
final class PartitionTask {

    private final TopicPartition partition;
    private final PartitionJournal journal;
    private final RecordQueue queue;
    private final BatchRecorder recorder;
    private final MonotonicClock clock;
    private final RetryTimer retryTimer;
    private final FailureLog failureLog;

    /** This flag is true while a worker holds this task or is about to start its work. The monitor guards it. */
    private boolean acquired;

    /** This flag is true once no worker may acquire this task any more. The monitor guards it. */
    private boolean stopped;

    /** Only the worker that holds this task uses these records. */
    private final DecodedRecords decodedRecords;

    /** This flag is true while the batches of this task run alone. Only the worker that holds this task uses it. */
    private boolean alone;

    /**
     * This offset is the end of the records that were queued at the last failure, or 0 if a batch was applied since
     * then. Only the worker that holds this task uses it.
     */
    private long failedEnd;

    private volatile long done = -1;
    private volatile long idleSinceNanos;

    /** A state determines the next work of a task. */
    enum State {
        /** A worker holds the task, or is about to start its work. */
        ACQUIRED,
        /** The journal must be read first. Until the poll loop submits a recovery, no worker acquires the task. */
        WITHOUT_POSITION,
        /** The queue has records. A worker may acquire the task for a batch at any time. */
        WITH_RECORDS,
        /** The queue is empty. Until the poll loop adds records or submits work, no worker acquires the task. */
        WITHOUT_RECORDS
    }

    PartitionTask(
            TopicPartition partition,
            PartitionJournal journal,
            DecodedRecords decodedRecords,
            RecordQueue queue,
            BatchRecorder recorder,
            MonotonicClock clock) {
        this.partition = partition;
        this.journal = journal;
        this.queue = queue;
        this.recorder = recorder;
        this.clock = clock;
        this.decodedRecords = decodedRecords;
        this.retryTimer = new RetryTimer(clock);
        this.failureLog = new FailureLog(partition, clock);
        this.idleSinceNanos = clock.nanos();
    }

    TopicPartition partition() {
        return partition;
    }

    RecordQueue queue() {
        return queue;
    }

    RetryTimer retryTimer() {
        return retryTimer;
    }

    /** Returns the log of failures. The rule of {@link #journal()} holds for its use. */
    FailureLog failureLog() {
        return failureLog;
    }

    /**
     * Returns the journal. While a worker {@link #tryAcquire() holds} this task, only that worker may use the journal.
     * Otherwise, any thread may use it.
     */
    PartitionJournal journal() {
        return journal;
    }

    /** Acquires the task for one worker. Returns false if a worker already holds it or the task is stopped. */
    synchronized boolean tryAcquire() {
        if (acquired || stopped) {
            return false;
        }
        acquired = true;
        return true;
    }

    /**
     * Acquires the task for a batch. Returns false if a worker already holds it, it is stopped, its queue is empty, or
     * its journal must be read first.
     */
    synchronized boolean tryAcquireForBatch() {
        return !queue.isEmpty() && !acquired && hasPosition() && tryAcquire();
    }

    /** Releases the task. The effects of this worker's work are visible to the next worker that acquires it. */
    synchronized void release() {
        if (hasPosition()) {
            done = journal.done();
        }
        acquired = false;
        notifyAll();
    }

    /** Returns whether no worker holds the task. */
    synchronized boolean isFree() {
        return !acquired;
    }

    /** Returns the present state, which is consistent although workers acquire and release the task. */
    synchronized State state() {
        if (acquired) {
            return State.ACQUIRED;
        }
        if (!hasPosition()) {
            return State.WITHOUT_POSITION;
        }
        return queue.isEmpty() ? State.WITHOUT_RECORDS : State.WITH_RECORDS;
    }

    /** Prevents further acquisitions, and discards the queued records. A worker that holds the task continues. */
    synchronized void preventAcquisitions() {
        stopped = true;
        queue.clear();
    }

    /** Returns whether no worker may acquire the task any more. */
    synchronized boolean isStopped() {
        return stopped;
    }

    /** Waits until the worker that holds the stopped task releases it, and discards the decoded records. */
    synchronized void awaitStop() throws InterruptedException {
        while (acquired) {
            wait();
        }
        decodedRecords.clear();
    }

    /** Returns whether the journal has been read, so that the task can process records. */
    boolean hasPosition() {
        return !journal.needsRecovery();
    }

    /** Returns the journal's done offset as of the last release with a position, or −1 before the first. */
    long done() {
        return done;
    }

    /**
     * Returns whether the batches of this task run in groups of their own. They do so from a failure until a batch is
     * applied, so that a failure of one partition does not spread to others. The rule of {@link #journal()} holds.
     */
    boolean runsAlone() {
        return alone;
    }

    /** Records a failure, or a batch whose outcome is unknown, before its records leave the queue. */
    void recordFailure() {
        alone = true;
        queue.end().ifPresent(end -> failedEnd = end);
        retainDecodedRecords();
    }

    /** Retains decoded records within the bounds of all tasks, before they leave the queue. */
    void retainDecodedRecords() {
        decodedRecords.retain();
    }

    /** Discards the decoded records that a recovery has applied. The rule of {@link #journal()} holds. */
    void discardAppliedRecords() {
        decodedRecords.removeFirst(decodedRecords.countBefore(journal.hi()));
    }

    /** Returns the number of decoded records. The rule of {@link #journal()} holds. */
    int decodedRecordCount() {
        return decodedRecords.count();
    }

    /**
     * Returns whether the position of the journal has reached the end of the records that were queued at the last
     * failure. An earlier position does not show that their batch succeeds. The rule of {@link #journal()} holds, and
     * the task must have a position.
     */
    boolean hasReachedFailedEnd() {
        return journal.hi() >= failedEnd;
    }

    /** Begins a batch with the queued records. Returns null if there are none. The caller must close the batch. */
    @Nullable
    TaskBatch beginBatch() {
        long startedNanos = clock.nanos();
        idleSinceNanos = startedNanos;
        List<ConsumerRecord<byte[], byte[]>> records = queue.nextBatch();
        if (records.isEmpty()) {
            return null;
        }
        Iterator<DecodedRecord> decoded = decodedRecords.read(records);
        return new TaskBatch(
                this,
                recorder.startSpans(records),
                journal.beginBatch(decoded, offset -> findLeaderEpoch(records, offset)),
                startedNanos);
    }

    private static Optional<Integer> findLeaderEpoch(List<ConsumerRecord<byte[], byte[]>> records, long offset) {
        return records.stream()
                .filter(record -> record.offset() == offset)
                .findFirst()
                .flatMap(ConsumerRecord::leaderEpoch);
    }

    /** Records the work on a batch that has ended, whether or not it is applied. */
    void recordEnd(PartitionBatch batch) {
        recorder.countPlanned(batch.plannedRecords());
    }

    /**
     * Removes the records of an applied batch from the queue. Returns the time that its oldest record had been in Kafka
     * when the batch became visible, or zero if no record has a timestamp.
     */
    Duration completeBatch(TaskBatch batch) {
        batch.spans().endBefore(journal.hi());
        alone = false;
        failedEnd = 0;
        int taken = decodedRecords.countBefore(journal.hi());
        List<ConsumerRecord<byte[], byte[]>> records = queue.remove(taken);
        idleSinceNanos = clock.nanos();
        Duration elapsed = Duration.ofNanos(idleSinceNanos - batch.startedNanos());
        recorder.recordBatch(decodedRecords.first(taken), elapsed);
        decodedRecords.removeFirst(taken);
        return recorder.findOldestAge(records);
    }

    /** Returns whether no batch was processed for longer than {@code idle}. */
    boolean isIdle(Duration idle) {
        return clock.nanos() - idleSinceNanos > idle.toNanos();
    }

    /**
     * Returns whether the journal's done offset is below a position. The result is only valid while no worker holds the
     * task and the task has a position.
     */
    boolean isDoneBelow(long position) {
        return journal.done() < position;
    }
}
