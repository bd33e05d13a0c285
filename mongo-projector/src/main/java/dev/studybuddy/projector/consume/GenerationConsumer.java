package dev.studybuddy.projector.consume;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The poll loop over one open consumer: gives records to lanes while workers take them in, pauses those that can't take any,
 * commits what is done.
 */
final class GenerationConsumer implements ConsumerRebalanceListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GenerationConsumer.class);
    private static final Duration POLL = Duration.ofMillis(100);

    /** While something waits or is under way: a lane that has room again, or failed, is seen to this soon. */
    private static final Duration POLL_AT_WORK = Duration.ofMillis(10);

    private static final Duration IDLE = Duration.ofMillis(150);
    private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);
    private static final Duration COMMIT_WAIT = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final Function<TopicPartition, Lane> lanesOf;
    private final Pace pace;
    private final LaneWorkers workers;
    private final BatchLimits mostQueued;
    private final Map<TopicPartition, Lane> lanes = new HashMap<>();

    /** Those whose position in the consumer follows their journal: what is polled of others is dropped. */
    private final Set<TopicPartition> accepting = new HashSet<>();

    private final Set<TopicPartition> paused = new HashSet<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private long committedAt = System.nanoTime();

    /**
     * @param mostQueued what may wait in all lanes together; a poll may exceed it once
     */
    GenerationConsumer(
            Consumer<byte[], byte[]> consumer,
            Collection<String> topics,
            Function<TopicPartition, Lane> lanesOf,
            Pace pace,
            LaneWorkers workers,
            BatchLimits mostQueued) {
        this.consumer = consumer;
        this.lanesOf = lanesOf;
        this.pace = pace;
        this.workers = workers;
        this.mostQueued = mostQueued;
        consumer.subscribe(topics, this);
    }

    /** One round. Throws what Kafka says about the position or the connection. */
    void round() {
        workers.check();
        workers.hold(pace.hold());
        boolean atWork = false;
        for (Lane lane : lanes.values()) {
            atWork |= !lane.quiet() || lane.queued() > 0;
            attend(lane);
        }
        steer();
        // A consumer that holds records of paused partitions spins until its poll's time is over, so it gets none.
        boolean pressed = atWork && !paused.isEmpty();
        ConsumerRecords<byte[], byte[]> records = consumer.poll(pressed ? Duration.ZERO : atWork ? POLL_AT_WORK : POLL);
        if (pressed && records.isEmpty()) {
            workers.awaitProgress(POLL_AT_WORK);
        }
        for (TopicPartition partition : records.partitions()) {
            Lane lane = lanes.get(partition);
            if (lane != null && accepting.contains(partition)) {
                lane.add(records.records(partition));
                workers.batches(lane);
            }
        }
        commitSometimes();
    }

    int partitions() {
        return lanes.size();
    }

    /** Partitions that wait for MongoDB or for their journal. */
    long waiting() {
        return (long) lanes.size() - accepting.size();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        // Committed offsets are for monitoring; until the journal is read, nothing may be fetched.
        for (TopicPartition partition : partitions) {
            consumer.seek(partition, 0);
            lanes.put(partition, lanesOf.apply(partition));
        }
        consumer.pause(partitions);
        paused.addAll(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        stop(partitions);
        for (TopicPartition partition : partitions) {
            Lane lane = lanes.get(partition);
            if (lane != null && lane.flowing()) {
                workers.last(lane, lane.journal()::recordDone);
                lane.end();
            }
        }
        commit(true);
        onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        stop(partitions);
        for (TopicPartition partition : partitions) {
            Lane lane = lanes.remove(partition);
            accepting.remove(partition);
            paused.remove(partition);
            committed.remove(partition);
            if (lane != null) {
                lane.journal().close();
            }
        }
    }

    @Override
    public void close() {
        // Closing the consumer gives the partitions back, which settles them.
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
        onPartitionsLost(List.copyOf(lanes.keySet()));
        workers.close();
    }

    private void stop(Collection<TopicPartition> partitions) {
        try {
            for (TopicPartition partition : partitions) {
                Lane lane = lanes.get(partition);
                if (lane != null) {
                    lane.stop();
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new InterruptException(stopping);
        }
    }

    /** Sees to a lane that no worker has: lets it read its journal, go on from there, take what waits, or settle. */
    private void attend(Lane lane) {
        if (!lane.quiet()) {
            return;
        }
        TopicPartition partition = lane.partition();
        if (!lane.flowing()) {
            accepting.remove(partition);
            lane.forget();
            if (lane.retry().due()) {
                workers.recover(lane);
            }
        } else if (accepting.add(partition)) {
            lane.retry().succeeded();
            consumer.seek(partition, lane.journal().hi());
        } else if (lane.queued() > 0) {
            workers.batches(lane);
        } else if (lane.unsettled(IDLE)) {
            workers.settle(lane);
        }
    }

    /** Pauses the lanes that must not get more, and resumes those that may again. */
    private void steer() {
        int records = 0;
        long bytes = 0;
        for (Lane lane : lanes.values()) {
            records += lane.queued();
            bytes += lane.queuedBytes();
        }
        boolean enough = records >= mostQueued.records() || bytes >= mostQueued.bytes();
        boolean hold = pace.hold();
        List<TopicPartition> toPause = new ArrayList<>();
        List<TopicPartition> toResume = new ArrayList<>();
        for (Lane lane : lanes.values()) {
            TopicPartition partition = lane.partition();
            boolean open = accepting.contains(partition) && !hold && !lane.full() && !enough;
            if (open && paused.remove(partition)) {
                toResume.add(partition);
            } else if (!open && paused.add(partition)) {
                toPause.add(partition);
            }
        }
        consumer.pause(toPause);
        consumer.resume(toResume);
    }

    private void commitSometimes() {
        if (System.nanoTime() - committedAt > COMMIT_EVERY.toNanos()) {
            commit(false);
        }
    }

    private void commit(boolean wait) {
        committedAt = System.nanoTime();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (Lane lane : lanes.values()) {
            long done = lane.done();
            Long before = done < 0 ? null : committed.put(lane.partition(), done);
            if (done >= 0 && (before == null || before != done)) {
                offsets.put(lane.partition(), new OffsetAndMetadata(done));
            }
        }
        if (offsets.isEmpty()) {
            return;
        }
        try {
            if (wait) {
                consumer.commitSync(offsets, COMMIT_WAIT);
            } else {
                consumer.commitAsync(offsets, (all, failed) -> {
                    if (failed != null) {
                        log.debug("Offsets, which only show the lag, were not committed", failed);
                    }
                });
            }
        } catch (KafkaException notNow) {
            log.debug("Offsets, which only show the lag, were not committed", notNow);
        }
    }
}
