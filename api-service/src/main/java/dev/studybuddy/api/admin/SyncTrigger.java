package dev.studybuddy.api.admin;

import dev.studybuddy.api.ApiProperties;
import dev.studybuddy.api.cockroach.Deadline;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.lag.Broker;
import dev.studybuddy.api.mongo.ActiveGeneration;
import dev.studybuddy.api.mongo.MongoAwayException;
import dev.studybuddy.api.mongo.MongoGate;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Hurries the outbox, and waits until what was pending then is in MongoDB. */
@Component
final class SyncTrigger {

    private static final Logger LOG = LoggerFactory.getLogger(SyncTrigger.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int MOST_WAITING = 20;

    private final OutboxRows rows;
    private final RetryingTransactions transactions;
    private final Broker broker;
    private final ActiveGeneration active;
    private final MongoGate gate;
    private final ApiProperties properties;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    SyncTrigger(
            OutboxRows rows,
            RetryingTransactions transactions,
            Broker broker,
            ActiveGeneration active,
            MongoGate gate,
            ApiProperties properties) {
        this.rows = rows;
        this.transactions = transactions;
        this.broker = broker;
        this.active = active;
        this.gate = gate;
        this.properties = properties;
    }

    /** What a trigger led to; both counts are of what was pending at the call. */
    record Outcome(
            long pendingBefore,
            int retriesCleared,
            long pendingAfter,
            @Nullable Boolean visibleInMongo,
            long tookMs) {}

    Outcome trigger(Duration wait) {
        long start = System.nanoTime();
        Instant call = rows.now();
        long before = rows.pending(call);
        int cleared = transactions.run(rows::hurry);
        boolean mayWait = !wait.isZero() && waiting.tryAcquire();
        try {
            long end = start + (mayWait ? wait.toNanos() : 0);
            long after = awaitProcessed(call, end);
            Boolean visible = after > 0 ? stillHidden() : awaitVisible(end);
            Deadline.restart();
            return new Outcome(before, cleared, after, visible, (System.nanoTime() - start) / 1_000_000);
        } finally {
            if (mayWait) {
                waiting.release();
            }
        }
    }

    private long awaitProcessed(Instant call, long end) {
        while (true) {
            Deadline.restart();
            if (!rows.anyPending(call)) {
                return 0;
            }
            if (!pause(end)) {
                return rows.pending(call);
            }
        }
    }

    /** What is pending is not in MongoDB, unless MongoDB can't be asked: then nobody knows. */
    private @Nullable Boolean stillHidden() {
        return shows(Map.of()) == null ? null : false;
    }

    private @Nullable Boolean awaitVisible(long end) {
        Map<AggregateType, Map<String, Long>> ends;
        try {
            ends = ends();
        } catch (KafkaException away) {
            LOG.atInfo().addKeyValue("error", away.getMessage()).log("What is in Kafka is not known to a trigger");
            return null;
        }
        while (true) {
            Boolean visible = shows(ends);
            if (Boolean.TRUE.equals(visible) || !pause(end)) {
                return visible;
            }
        }
    }

    /** Of all topics, by journal id. */
    private Map<AggregateType, Map<String, Long>> ends() {
        Map<AggregateType, Map<String, Long>> ends = new EnumMap<>(AggregateType.class);
        for (AggregateType type : AggregateType.values()) {
            String topic = type.topic(properties.topicPrefix());
            List<TopicPartition> partitions = IntStream.range(0, properties.topicPartitions())
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            Map<String, Long> ofType = new HashMap<>();
            broker.ends(partitions)
                    .forEach((partition, end) -> ofType.put(Names.journalId(type.code(), partition.partition()), end));
            ends.put(type, ofType);
        }
        return ends;
    }

    /** Whether every read model shows what it reads up to there; null where MongoDB is away or has none. */
    private @Nullable Boolean shows(Map<AggregateType, Map<String, Long>> ends) {
        try {
            List<ReadGeneration> generations = active.all();
            if (generations.isEmpty()) {
                return null;
            }
            for (ReadGeneration generation : generations) {
                Map<String, Long> done = gate.read(generation::done);
                for (AggregateType type : generation.reads()) {
                    if (!reached(done, ends.getOrDefault(type, Map.of()))) {
                        return false;
                    }
                }
            }
            return true;
        } catch (MongoAwayException away) {
            LOG.atInfo().addKeyValue("error", away.getMessage()).log("What MongoDB shows is not known to a trigger");
            return null;
        }
    }

    private static boolean reached(Map<String, Long> done, Map<String, Long> ends) {
        return ends.entrySet().stream().allMatch(one -> done.getOrDefault(one.getKey(), -1L) >= one.getValue());
    }

    /** False where the time is over. */
    private static boolean pause(long end) {
        if (end - System.nanoTime() <= 0 || Thread.currentThread().isInterrupted()) {
            return false;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        return true;
    }
}
