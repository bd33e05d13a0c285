package dev.studybuddy.projector.consume;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/**
 * This consumer fails some asynchronous commits, like one whose coordinator moves, or gives them no result, like one
 * whose coordinator is unknown. It lacks some positions, may not read some topics, and records the timeouts of its polls
 * while partitions are suspended.
 */
final class FaultyConsumer extends MockConsumer<byte[], byte[]> {

    final AtomicInteger commitFailuresLeft = new AtomicInteger();
    final Set<TopicPartition> withoutPosition = new HashSet<>();
    final Set<String> unauthorizedTopics = new HashSet<>();
    final AtomicInteger refusedPolls = new AtomicInteger();
    final AtomicInteger failedPositions = new AtomicInteger();
    final List<Duration> timeoutsWhileSuspended = new ArrayList<>();
    final List<OffsetCommitCallback> withheldCallbacks = new ArrayList<>();
    boolean withholdsCallbacks;
    boolean closeFails;

    FaultyConsumer() {
        super("none");
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (!paused().isEmpty()) {
            timeoutsWhileSuspended.add(timeout);
        }
        for (TopicPartition partition : assignment()) {
            if (unauthorizedTopics.contains(partition.topic()) && !paused().contains(partition)) {
                refusedPolls.incrementAndGet();
                throw new TopicAuthorizationException(Set.of(partition.topic()));
            }
        }
        return super.poll(timeout);
    }

    @Override
    public synchronized void close(CloseOptions options) {
        if (closeFails) {
            closeFails = false;
            throw new KafkaException("the broker is unavailable");
        }
        super.close(options);
    }

    @Override
    public synchronized long position(TopicPartition partition, Duration timeout) {
        if (withoutPosition.contains(partition)) {
            failedPositions.incrementAndGet();
            throw new TimeoutException("no valid position");
        }
        return super.position(partition, timeout);
    }

    @Override
    public synchronized void commitAsync(
            Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        // The mock calls this method for a synchronous commit as well, without a callback.
        if (withholdsCallbacks && callback != null) {
            withheldCallbacks.add(callback);
        } else if (commitFailuresLeft.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            callback.onComplete(offsets, new RetriableCommitFailedException("the coordinator moves"));
        } else {
            super.commitAsync(offsets, callback);
        }
    }
}
