package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the done offsets of one consumer's partitions to Kafka, from which monitoring computes the consumer lag. No
 * position depends on them. Only the thread of the consumer uses an instance.
 */
final class OffsetCommitter {

    private static final Logger log = LoggerFactory.getLogger(OffsetCommitter.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final String COMMIT_FAILED =
            "Kafka did not commit the done offsets; the reported consumer lag stays too high until a commit succeeds";

    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, PartitionTask> tasks;
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final MonotonicClock clock;
    private long lastCommitNanos;

    /**
     * This flag is true while an asynchronous commit has no result. No further asynchronous commit starts in this time,
     * because the client keeps every such commit in memory, without a deadline, while it finds no coordinator of the
     * group.
     */
    private boolean awaitingResult;

    /**
     * Creates a committer that has committed nothing.
     *
     * @param tasks the tasks of the assigned partitions; the caller adds and removes them
     */
    OffsetCommitter(Consumer<byte[], byte[]> consumer, Map<TopicPartition, PartitionTask> tasks, MonotonicClock clock) {
        this.consumer = consumer;
        this.tasks = tasks;
        this.clock = clock;
        this.lastCommitNanos = clock.nanos();
    }

    /**
     * Starts a commit if the last one began longer ago than the interval and the previous asynchronous one has a
     * result. It does not wait for the result.
     */
    void commitIfDue() {
        if (!awaitingResult && clock.nanos() - lastCommitNanos > INTERVAL.toNanos()) {
            Map<TopicPartition, OffsetAndMetadata> offsets = beginCommit();
            if (!offsets.isEmpty()) {
                commitAsync(offsets);
            }
        }
    }

    /** Commits the done offsets and waits at most 2 s for the result. A failure is logged. */
    void commitNow() {
        Map<TopicPartition, OffsetAndMetadata> offsets = beginCommit();
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets, TIMEOUT);
            recordCommitted(offsets);
        } catch (KafkaException failed) {
            log.debug(COMMIT_FAILED, failed);
        }
    }

    /** Removes a partition that this instance no longer has. */
    void remove(TopicPartition partition) {
        committed.remove(partition);
    }

    /** Begins a commit, and returns the done offsets that differ from the committed ones. */
    private Map<TopicPartition, OffsetAndMetadata> beginCommit() {
        lastCommitNanos = clock.nanos();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (PartitionTask task : tasks.values()) {
            long done = task.done();
            Long before = committed.get(task.partition());
            if (done >= 0 && (before == null || before != done)) {
                offsets.put(task.partition(), new OffsetAndMetadata(done));
            }
        }
        return offsets;
    }

    private void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // The client may report the result before the call returns.
        awaitingResult = true;
        try {
            consumer.commitAsync(offsets, (all, failed) -> {
                awaitingResult = false;
                if (failed == null) {
                    recordCommitted(all);
                } else {
                    log.debug(COMMIT_FAILED, failed);
                }
            });
        } catch (KafkaException failed) {
            awaitingResult = false;
            log.debug(COMMIT_FAILED, failed);
        }
    }

    /**
     * Records committed offsets, so that only other offsets are committed next. The client calls its callbacks on the
     * thread of the poll loop.
     */
    private void recordCommitted(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> {
            if (tasks.containsKey(partition)) {
                committed.put(partition, offset.offset());
            }
        });
    }
}
