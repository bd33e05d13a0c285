package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.ProjectorProperties.BatchLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Suspends the partitions of a consumer that cannot take more records, and resumes the others. The client names this a
 * pause; here, only an operator pauses. Only the thread of the consumer uses an instance.
 */
final class PartitionSuspension {

    private final Consumer<byte[], byte[]> consumer;
    private final BatchLimits queueLimits;
    private final Set<TopicPartition> suspended = new HashSet<>();

    /**
     * Creates an instance without partitions.
     *
     * @param queueLimits the bounds of the records that wait in all tasks together; one poll may exceed them
     */
    PartitionSuspension(Consumer<byte[], byte[]> consumer, BatchLimits queueLimits) {
        this.consumer = consumer;
        this.queueLimits = queueLimits;
    }

    /** Suspends partitions. */
    void suspend(Collection<TopicPartition> partitions) {
        consumer.pause(partitions);
        suspended.addAll(partitions);
    }

    /** Removes a partition that this instance no longer has. */
    void remove(TopicPartition partition) {
        suspended.remove(partition);
    }

    /** Returns whether a partition is suspended. */
    boolean isSuspended(TopicPartition partition) {
        return suspended.contains(partition);
    }

    /** Returns the number of suspended partitions. */
    int count() {
        return suspended.size();
    }

    /**
     * Suspends the partitions whose tasks cannot take more records, and resumes the others.
     *
     * @param tasks the tasks of all partitions
     * @param isReady returns whether a partition can be polled, apart from the bounds of the queues
     */
    void update(Collection<PartitionTask> tasks, Predicate<TopicPartition> isReady) {
        boolean queuesFull = areFull(tasks);
        List<TopicPartition> toSuspend = new ArrayList<>();
        List<TopicPartition> toResume = new ArrayList<>();
        for (PartitionTask task : tasks) {
            TopicPartition partition = task.partition();
            boolean canTakeRecords = !queuesFull && !task.queue().isFull() && isReady.test(partition);
            if (canTakeRecords && suspended.remove(partition)) {
                toResume.add(partition);
            } else if (!canTakeRecords && suspended.add(partition)) {
                toSuspend.add(partition);
            }
        }
        consumer.pause(toSuspend);
        consumer.resume(toResume);
    }

    private boolean areFull(Collection<PartitionTask> tasks) {
        int records = 0;
        long bytes = 0;
        for (PartitionTask task : tasks) {
            records += task.queue().size();
            bytes += task.queue().bytes();
        }
        return records >= queueLimits.records() || bytes >= queueLimits.bytes();
    }
}
