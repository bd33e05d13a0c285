package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.ProjectorProperties.BatchLimits;
import dev.studybuddy.projector.decode.PackedHeaders;
import dev.studybuddy.projector.decode.RecordSize;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record queue holds the polled records of one partition until the batch that contains them is applied. The poll loop
 * bounds it: it suspends a partition whose queue {@link #isFull() is full}. Several threads may use it.
 */
final class RecordQueue {

    private final BatchLimits limits;
    private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
    private long bytes;

    /**
     * These headers belong to the last queued record, so {@link #bytes()} counts them; an empty queue keeps none. The
     * next record shares their names.
     */
    private PackedHeaders lastHeaders = PackedHeaders.EMPTY;

    /**
     * Creates an empty queue.
     *
     * @param limits the limits of one batch, at which the queue is full
     */
    RecordQueue(BatchLimits limits) {
        this.limits = limits;
    }

    /** Adds the records that follow the queued ones. */
    synchronized void add(List<ConsumerRecord<byte[], byte[]>> following) {
        for (ConsumerRecord<byte[], byte[]> record : following) {
            lastHeaders = PackedHeaders.of(record.headers(), lastHeaders);
            records.add(lastHeaders.attachTo(record));
            bytes += RecordSize.sizeBytes(record);
        }
    }

    /** Discards the queued records. The poll loop seeks to the journal's position later and polls them again. */
    synchronized void clear() {
        records.clear();
        bytes = 0;
        lastHeaders = PackedHeaders.EMPTY;
    }

    synchronized boolean isEmpty() {
        return records.isEmpty();
    }

    /** Returns whether the queue holds at least one whole batch. */
    synchronized boolean isFull() {
        return records.size() >= limits.records() || bytes >= limits.bytes();
    }

    /** Returns the number of queued records. */
    synchronized int size() {
        return records.size();
    }

    /** Returns the estimated size of the queued records in bytes. */
    synchronized long bytes() {
        return bytes;
    }

    /** Returns the offset after the last queued record, or empty if the queue is empty. */
    synchronized OptionalLong end() {
        ConsumerRecord<byte[], byte[]> last = records.peekLast();
        return last == null ? OptionalLong.empty() : OptionalLong.of(last.offset() + 1);
    }

    /** Returns the records of the next batch, which stay queued. */
    synchronized List<ConsumerRecord<byte[], byte[]>> nextBatch() {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
        long batchBytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            batchBytes += RecordSize.sizeBytes(record);
            if (batch.size() == limits.records() || (!batch.isEmpty() && batchBytes > limits.bytes())) {
                break;
            }
            batch.add(record);
        }
        return batch;
    }

    /**
     * Removes and returns the first records. They are fewer if the queue holds fewer, because it was cleared during the
     * batch.
     */
    synchronized List<ConsumerRecord<byte[], byte[]>> remove(int count) {
        List<ConsumerRecord<byte[], byte[]>> removed = new ArrayList<>();
        while (removed.size() < count && !records.isEmpty()) {
            ConsumerRecord<byte[], byte[]> record = records.remove();
            bytes -= RecordSize.sizeBytes(record);
            removed.add(record);
        }
        if (records.isEmpty()) {
            lastHeaders = PackedHeaders.EMPTY;
        }
        return removed;
    }
}
