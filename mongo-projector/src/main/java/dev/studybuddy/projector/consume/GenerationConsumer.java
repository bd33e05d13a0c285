package dev.studybuddy.projector.consume;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The poll loop over one open consumer: gives records to lanes, pauses those that can't take any, commits what is done. */
final class GenerationConsumer implements ConsumerRebalanceListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GenerationConsumer.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration IDLE = Duration.ofMillis(150);
    private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);
    private static final Duration COMMIT_WAIT = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final Function<TopicPartition, Lane> lanesOf;
    private final Pace pace;
    private final MongoGate gate;
    private final ExecutorService workers;
    private final Map<TopicPartition, Lane> lanes = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private boolean held;
    private long committedAt = System.nanoTime();

    GenerationConsumer(
            Consumer<byte[], byte[]> consumer,
            Collection<String> topics,
            Function<TopicPartition, Lane> lanesOf,
            Pace pace,
            MongoGate gate,
            int workers) {
        this.consumer = consumer;
        this.lanesOf = lanesOf;
        this.pace = pace;
        this.gate = gate;
        this.workers = Executors.newFixedThreadPool(
                workers, Thread.ofPlatform().name("lane-", 1).factory());
        consumer.subscribe(topics, this);
    }

    /** One round. Throws what Kafka says about the position or the connection. */
    void round() {
        recoverDue();
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        List<Work> round = new ArrayList<>();
        for (TopicPartition partition : records.partitions()) {
            Lane lane = lanes.get(partition);
            if (lane != null) {
                List<ConsumerRecord<byte[], byte[]>> ofLane = records.records(partition);
                round.add(new Work(lane, () -> pace.observe(lane.take(ofLane))));
            }
        }
        for (Lane lane : lanes.values()) {
            if (!records.partitions().contains(lane.partition()) && lane.unsettled(IDLE)) {
                round.add(new Work(lane, lane.journal()::settle));
            }
        }
        run(round);
        commitSometimes();
        giveWay();
    }

    int partitions() {
        return lanes.size();
    }

    /** Partitions that wait for MongoDB or for their journal. */
    long waiting() {
        return lanes.values().stream().filter(lane -> !lane.flowing()).count();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        // Committed offsets are for monitoring; until the journal is read, nothing may be fetched.
        for (TopicPartition partition : partitions) {
            consumer.seek(partition, 0);
            lanes.put(partition, lanesOf.apply(partition));
        }
        consumer.pause(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        List<Work> settling = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Lane lane = lanes.get(partition);
            if (lane != null && lane.flowing()) {
                settling.add(new Work(lane, lane.journal()::settle));
            }
        }
        run(settling);
        commit(true);
        onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Lane lane = lanes.remove(partition);
            committed.remove(partition);
            if (lane != null) {
                lane.journal().close();
            }
        }
    }

    @Override
    public void close() {
        // Closing the consumer gives the partitions back, which settles them.
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(5)));
        workers.shutdownNow();
        lanes.values().forEach(lane -> lane.journal().close());
    }

    private record Work(Lane lane, Runnable task) {}

    private void recoverDue() {
        List<Work> due = new ArrayList<>();
        for (Lane lane : lanes.values()) {
            if (!lane.flowing() && lane.retry().due()) {
                due.add(new Work(lane, lane.journal()::recover));
            }
        }
        run(due);
        for (Work work : due) {
            Lane lane = work.lane();
            if (lane.flowing()) {
                lane.retry().succeeded();
                consumer.seek(lane.partition(), lane.journal().applied());
                if (!held) {
                    consumer.resume(List.of(lane.partition()));
                }
            }
        }
    }

    private void giveWay() {
        if (pace.hold() == held) {
            return;
        }
        held = !held;
        List<TopicPartition> flowing = lanes.values().stream()
                .filter(Lane::flowing)
                .map(Lane::partition)
                .toList();
        if (held) {
            consumer.pause(flowing);
        } else {
            consumer.resume(flowing);
        }
    }

    /** Does the work of several lanes side by side, and waits for all. */
    private void run(List<Work> round) {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (Work work : round) {
            tasks.add(() -> guarded(work));
        }
        try {
            for (Future<Boolean> one : workers.invokeAll(tasks)) {
                one.get();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(stopping);
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug.getCause());
        }
        for (Work work : round) {
            if (!work.lane().flowing() && lanes.containsKey(work.lane().partition())) {
                consumer.pause(List.of(work.lane().partition()));
            }
        }
    }

    private boolean guarded(Work work) {
        Lane lane = work.lane();
        if (!gate.tryEnter()) {
            lane.journal().close();
            lane.retry().failed();
            return false;
        }
        try {
            gate.run(() -> {
                work.task().run();
                return true;
            });
            lane.retry().atOnce();
            return true;
        } catch (RuntimeException failed) {
            lane.journal().close();
            Failures.after(failed, lane.partition(), lane.retry());
            return false;
        }
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
            if (lane.flowing()) {
                long done = lane.journal().done();
                Long before = committed.put(lane.partition(), done);
                if (before == null || before != done) {
                    offsets.put(lane.partition(), new OffsetAndMetadata(done));
                }
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
