package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.projector.ProjectorProperties.BatchLimits;
import dev.studybuddy.projector.journal.PartitionJournal;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/**
 * Runs the poll loop of one open consumer. It queues polled records in partition tasks, suspends partitions whose tasks
 * cannot take more, and commits the done offsets through an {@link OffsetCommitter}.
 */
final class GenerationConsumer implements ConsumerRebalanceListener, AutoCloseable {

    /** A round waits this long for records or for the end of work if no task has work. */
    private static final Duration IDLE_WAIT = Duration.ofMillis(100);

    /** A round waits this long if some partitions are suspended, so that it soon polls the records of the others. */
    private static final Duration PARTLY_SUSPENDED_WAIT = Duration.ofMillis(20);

    /** A round waits this long while any task has work, so that it soon serves a task that has room again or failed. */
    private static final Duration ACTIVE_WAIT = Duration.ofMillis(10);

    /** A partition without records for this long records its done offset in the journal. */
    private static final Duration DONE_UPDATE_DELAY = Duration.ofMillis(150);

    private final Consumer<byte[], byte[]> consumer;
    private final ConsumerPositions positions;
    private final PolledRecords polledRecords;
    private final Function<TopicPartition, PartitionTask> taskFactory;
    private final Throttle throttle;
    private final TaskExecutor workers;
    private final Map<TopicPartition, PartitionTask> tasks = new HashMap<>();

    /**
     * This set holds the partitions whose consumer position was set from the journal. Records polled for any other
     * partition are discarded.
     */
    private final Set<TopicPartition> positioned = new HashSet<>();

    private final PartitionSuspension suspension;
    private final UnauthorizedTopics unauthorizedTopics;
    private final OffsetCommitter committer;

    /**
     * Subscribes the consumer to the topics.
     *
     * @param positions the positions of the consumer
     * @param polledRecords decides which records of each poll the tasks receive
     * @param unauthorizedTopics lists the topics, and holds back those that Kafka does not permit the consumer to read
     * @param queueLimits the bounds of the records that wait in all tasks together; one poll may exceed them
     */
    GenerationConsumer(
            Consumer<byte[], byte[]> consumer,
            ConsumerPositions positions,
            PolledRecords polledRecords,
            UnauthorizedTopics unauthorizedTopics,
            Function<TopicPartition, PartitionTask> taskFactory,
            Throttle throttle,
            TaskExecutor workers,
            BatchLimits queueLimits,
            MonotonicClock clock) {
        this.consumer = consumer;
        this.positions = positions;
        this.polledRecords = polledRecords;
        this.taskFactory = taskFactory;
        this.throttle = throttle;
        this.workers = workers;
        this.suspension = new PartitionSuspension(consumer, queueLimits);
        this.unauthorizedTopics = unauthorizedTopics;
        this.committer = new OffsetCommitter(consumer, Collections.unmodifiableMap(tasks), clock);
        consumer.subscribe(unauthorizedTopics.allTopics(), this);
    }

    /**
     * Runs one round of the poll loop. Throws Kafka's exceptions about the position or the connection.
     *
     * @throws IllegalStateException if a worker threw an unexpected exception, which is the cause
     */
    void runRound() {
        workers.rethrowUnexpected();
        workers.setThrottled(throttle.isActive());
        positions.beginRound();
        boolean hasWork = false;
        Map<PartitionTask, Long> doneUpdates = new LinkedHashMap<>();
        for (PartitionTask task : tasks.values()) {
            hasWork |= !task.isFree() || !task.queue().isEmpty();
            submitNextWork(task, doneUpdates);
        }
        workers.submitDoneUpdates(doneUpdates);
        workers.startGroups();
        boolean throttled = throttle.isActive();
        suspension.update(tasks.values(), partition -> !throttled && canBePolled(partition));
        ConsumerRecords<byte[], byte[]> records = poll(hasWork);
        // A pause that began during the poll holds back the records of this poll too.
        workers.setThrottled(throttle.isActive());
        for (TopicPartition partition : records.partitions()) {
            positions.endWait(partition);
            unauthorizedTopics.clear(partition.topic(), tasks.keySet());
            PartitionTask task = tasks.get(partition);
            if (task != null && positioned.contains(partition)) {
                task.queue().add(polledRecords.keepReadable(partition, records.records(partition)));
                workers.submitBatches(task);
            }
        }
        committer.commitIfDue();
    }

    private boolean canBePolled(TopicPartition partition) {
        return positioned.contains(partition)
                && !polledRecords.isHeldBack(partition)
                && !unauthorizedTopics.isHoldingBack(partition.topic());
    }

    private ConsumerRecords<byte[], byte[]> poll(boolean hasWork) {
        polledRecords.beginPoll();
        if (suspension.count() == 0) {
            return poll(hasWork ? activeWait() : IDLE_WAIT);
        }
        // If a consumer holds fetched records of suspended partitions, its poll does not wait for the timeout: it
        // returns at once or busy-waits. Therefore the loop polls without a timeout and waits for progress itself.
        ConsumerRecords<byte[], byte[]> records = poll(Duration.ZERO);
        if (records.isEmpty()) {
            workers.awaitProgress(suspendedWait(hasWork));
        }
        return records;
    }

    /** Polls, and returns no records if Kafka refuses a topic. The next poll returns the records of the others. */
    private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
            unauthorizedTopics.recordPoll(tasks.keySet(), partition -> !suspension.isSuspended(partition));
            return records;
        } catch (TopicAuthorizationException refusal) {
            unauthorizedTopics.holdBack(refusal, tasks.keySet());
            workers.awaitProgress(PARTLY_SUSPENDED_WAIT);
            return ConsumerRecords.empty();
        }
    }

    private Duration suspendedWait(boolean hasWork) {
        if (throttle.isPaused()) {
            return IDLE_WAIT;
        }
        if (hasWork) {
            return activeWait();
        }
        return suspension.count() == tasks.size() ? IDLE_WAIT : PARTLY_SUSPENDED_WAIT;
    }

    /**
     * Returns the wait of a round with work: the time until the next group may start, rounded up to whole milliseconds,
     * or {@link #ACTIVE_WAIT} if no group waits or that time is longer.
     */
    private Duration activeWait() {
        Duration startDelay = workers.remainingStartDelay();
        Duration rounded = Duration.ofMillis(startDelay.plusNanos(999_999).toMillis());
        return startDelay.isZero() || rounded.compareTo(ACTIVE_WAIT) > 0 ? ACTIVE_WAIT : rounded;
    }

    int partitionCount() {
        return tasks.size();
    }

    /** Returns the number of partitions that wait for MongoDB, for their journal or for a permission of Kafka. */
    long waitingPartitionCount() {
        return tasks.keySet().stream()
                .filter(partition -> !positioned.contains(partition) || unauthorizedTopics.isWaiting(partition.topic()))
                .count();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        // Committed offsets serve only monitoring, so the consumer must not continue at them. It fetches nothing from
        // offset 0, because the partition is suspended until its journal is read.
        for (TopicPartition partition : partitions) {
            consumer.seek(partition, 0);
            tasks.put(partition, taskFactory.apply(partition));
        }
        suspension.suspend(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        stopTasks(partitions);
        for (TopicPartition partition : partitions) {
            PartitionTask task = tasks.get(partition);
            if (task != null
                    && task.hasPosition()
                    && task.isDoneBelow(task.journal().hi())) {
                workers.runOnThisThread(task, task.journal()::recordDone);
                task.release();
            }
        }
        committer.commitNow();
        onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        stopTasks(partitions);
        for (TopicPartition partition : partitions) {
            PartitionTask task = tasks.remove(partition);
            positioned.remove(partition);
            suspension.remove(partition);
            committer.remove(partition);
            workers.clearRefusal(partition);
            polledRecords.clear(partition);
            positions.endWait(partition);
            unauthorizedTopics.remove(partition, tasks.keySet());
            if (task != null) {
                task.journal().close();
            }
        }
    }

    @Override
    public void close() {
        try {
            // Closing the consumer revokes its partitions, which records their done offsets.
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
        } finally {
            // If the consumer fails to close, for example during an outage, the threads and sessions of its tasks still
            // end.
            try {
                onPartitionsLost(List.copyOf(tasks.keySet()));
            } finally {
                workers.close();
            }
        }
    }

    private void stopTasks(Collection<TopicPartition> partitions) {
        try {
            for (TopicPartition partition : partitions) {
                PartitionTask task = tasks.get(partition);
                if (task != null) {
                    workers.stop(task);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptException(interrupted);
        }
    }

    /**
     * Submits the next work of a task that no worker holds: a recovery or a batch. Adds the position of a task that
     * needs an update of its done offset to the map. A task has records only after its consumer position was set.
     */
    private void submitNextWork(PartitionTask task, Map<PartitionTask, Long> doneUpdates) {
        switch (task.state()) {
            case ACQUIRED -> {}
            case WITHOUT_POSITION -> submitRecovery(task);
            case WITH_RECORDS -> workers.submitBatches(task);
            case WITHOUT_RECORDS -> continueAtPosition(task, doneUpdates);
        }
    }

    private void submitRecovery(PartitionTask task) {
        TopicPartition partition = task.partition();
        positioned.remove(partition);
        positions.endWait(partition);
        task.queue().clear();
        if (task.retryTimer().isDue()) {
            workers.submitRecovery(task);
        }
    }

    /** Sets the position of the consumer after a recovery, or adds the position of an idle task to the map. */
    private void continueAtPosition(PartitionTask task, Map<PartitionTask, Long> doneUpdates) {
        if (positioned.add(task.partition())) {
            if (!task.failureLog().hasFailures()) {
                task.retryTimer().recordRecovery();
            }
            seekTo(task.journal(), task.partition());
        } else if (task.isIdle(DONE_UPDATE_DELAY)) {
            long position = position(task);
            if (task.isDoneBelow(position)) {
                doneUpdates.put(task, position);
            }
        }
    }

    /**
     * Continues at the position of the journal. By the leader epoch, the client detects a log that was truncated and
     * has grown again, and throws an {@link org.apache.kafka.clients.consumer.OffsetOutOfRangeException}.
     */
    private void seekTo(PartitionJournal journal, TopicPartition partition) {
        consumer.seek(partition, new OffsetAndMetadata(journal.hi(), Optional.ofNullable(journal.leaderEpoch()), ""));
    }

    /**
     * Returns the consumer's position of a task without work. The task has applied every record before it. The position
     * may be beyond the end of the last record, because control records or aborted records may follow that record.
     * Without a valid position of the consumer, the result is the position of the journal.
     */
    private long position(PartitionTask task) {
        PartitionJournal journal = task.journal();
        try {
            return Math.max(
                    journal.hi(),
                    positions.find(task.partition(), journal.leaderEpoch()).orElse(journal.hi()));
        } catch (TopicAuthorizationException refusal) {
            unauthorizedTopics.holdBack(refusal, tasks.keySet());
            return journal.hi();
        }
    }
}
