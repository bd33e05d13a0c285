package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.decode.PackedHeaders;
import dev.studybuddy.projector.decode.RecordDecoder;
import dev.studybuddy.projector.journal.DecodedRecord;
import dev.studybuddy.projector.journal.PartitionJournal;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import dev.studybuddy.projector.trace.BatchSpans;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A partition task moves the records of one partition into its journal. The poll loop queues records; one worker at a
 * time, between {@link #tryAcquire()} and {@link #release()}, processes them. The poll loop bounds the queue: it pauses
 * a partition whose task {@link #isFull() is full}.
 */
final class PartitionTask {

    private final TopicPartition partition;
    private final PartitionJournal journal;
    private final RecordDecoder decoder;
    private final BatchLimits limits;
    private final ProjectorMetrics.OfTopic metrics;
    private final Function<List<ConsumerRecord<byte[], byte[]>>, BatchSpans> traces;
    private final Clock clock;
    private final RetryTimer retryTimer = new RetryTimer();

    /** This queue holds the records that were polled and are not in the journal yet. The monitor guards it. */
    private final Queue<ConsumerRecord<byte[], byte[]>> queue = new ArrayDeque<>();

    /** This field holds the estimated size of the queue in bytes. The monitor guards it. */
    private long queuedBytes;

    /**
     * These headers belong to the record that was queued last. The next record shares their names. The monitor guards
     * them.
     */
    private PackedHeaders lastHeaders = PackedHeaders.EMPTY;

    /** This flag is true while a worker holds this task or is about to start its work. The monitor guards it. */
    private boolean acquired;

    /** This flag is true once no worker may acquire this task any more. The monitor guards it. */
    private boolean stopped;

    private volatile long done = -1;
    private volatile long idleSinceNanos = System.nanoTime();

    PartitionTask(
            TopicPartition partition,
            PartitionJournal journal,
            RecordDecoder decoder,
            BatchLimits limits,
            ProjectorMetrics.OfTopic metrics,
            Function<List<ConsumerRecord<byte[], byte[]>>, BatchSpans> traces,
            Clock clock) {
        this.partition = partition;
        this.journal = journal;
        this.decoder = decoder;
        this.limits = limits;
        this.metrics = metrics;
        this.traces = traces;
        this.clock = clock;
    }

    TopicPartition partition() {
        return partition;
    }

    RetryTimer retryTimer() {
        return retryTimer;
    }

    /**
     * Returns the journal. Only the worker that {@link #tryAcquire() holds} this task may use it, or any thread while
     * no worker does.
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

    /** Acquires the task for a batch. Returns false as well if the queue is empty or the journal must be read first. */
    synchronized boolean tryAcquireForBatch() {
        return !queue.isEmpty() && !acquired && hasPosition() && tryAcquire();
    }

    /** Releases the task. The next worker that acquires it sees the effects of this one's work. */
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

    /** Prevents further acquisitions, empties the queue, and waits until the worker that holds the task releases it. */
    synchronized void stop() throws InterruptedException {
        stopped = true;
        clearQueue();
        while (acquired) {
            wait();
        }
    }

    /** Returns whether the journal has been read, so that the task can process records. */
    boolean hasPosition() {
        return !journal.needsRecovery();
    }

    /** Returns the journal's done offset as of the last release with a position, or −1 before the first. */
    long done() {
        return done;
    }

    /** Queues the records that follow the queued ones. */
    synchronized void enqueue(List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            lastHeaders = PackedHeaders.of(record.headers(), lastHeaders);
            queue.add(lastHeaders.attachTo(record));
            queuedBytes += RecordDecoder.sizeBytes(record);
        }
    }

    /** Discards the queued records. The poll loop seeks to the journal's position later and polls them again. */
    synchronized void clearQueue() {
        queue.clear();
        queuedBytes = 0;
    }

    /** Returns the number of queued records. */
    synchronized int queuedRecords() {
        return queue.size();
    }

    /** Returns the estimated size of the queued records in bytes. */
    synchronized long queuedBytes() {
        return queuedBytes;
    }

    /** Returns whether the queue holds at least one whole batch. */
    synchronized boolean isFull() {
        return queue.size() >= limits.records() || queuedBytes >= limits.bytes();
    }

    /**
     * Processes one batch. Returns the age of its oldest event at the time when the batch became visible, or zero if no
     * event has a time.
     */
    Duration processBatch() {
        long startedNanos = System.nanoTime();
        idleSinceNanos = startedNanos;
        List<ConsumerRecord<byte[], byte[]>> records = nextBatch();
        if (records.isEmpty()) {
            return Duration.ZERO;
        }
        List<DecodedRecord> decodedRecords;
        try (BatchSpans spans = traces.apply(records)) {
            decodedRecords = decode(records);
            if (!journal.advance(decodedRecords)) {
                return Duration.ZERO;
            }
            spans.done(journal.hi());
        }
        Duration oldest = Duration.ZERO;
        int taken = 0;
        while (taken < decodedRecords.size() && decodedRecords.get(taken).offset() < journal.hi()) {
            Duration age = recordAge(decodedRecords.get(taken).writtenAt());
            oldest = age.compareTo(oldest) > 0 ? age : oldest;
            taken++;
        }
        removeFromQueue(taken);
        metrics.events().increment(taken);
        metrics.batch().record(System.nanoTime() - startedNanos, TimeUnit.NANOSECONDS);
        idleSinceNanos = System.nanoTime();
        return oldest;
    }

    /**
     * Returns whether no batch was processed for longer than {@code idle} although the journal's done offset is below
     * the applied one. The result is only valid while no worker holds the task.
     */
    boolean isDoneOutdated(Duration idle) {
        return hasPosition() && journal.done() < journal.hi() && System.nanoTime() - idleSinceNanos > idle.toNanos();
    }

    private synchronized List<ConsumerRecord<byte[], byte[]>> nextBatch() {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
        long bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : queue) {
            bytes += RecordDecoder.sizeBytes(record);
            if (batch.size() == limits.records() || (!batch.isEmpty() && bytes > limits.bytes())) {
                break;
            }
            batch.add(record);
        }
        return batch;
    }

    private synchronized void removeFromQueue(int records) {
        for (int n = 0; n < records && !queue.isEmpty(); n++) {
            queuedBytes -= RecordDecoder.sizeBytes(queue.remove());
        }
    }

    private List<DecodedRecord> decode(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(decoder::decode).toList();
    }

    private Duration recordAge(@Nullable Instant writtenAt) {
        if (writtenAt == null) {
            return Duration.ZERO;
        }
        Duration age = Duration.between(writtenAt, clock.instant());
        Duration nonNegativeAge = age.isNegative() ? Duration.ZERO : age;
        metrics.endToEnd().record(nonNegativeAge);
        return nonNegativeAge;
    }
}
