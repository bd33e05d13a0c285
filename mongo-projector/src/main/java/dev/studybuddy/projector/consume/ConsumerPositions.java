package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the positions of one consumer. The consumer blocks while it searches for a valid position. A partition without
 * a valid position must not delay the others. Therefore the attempts for it follow at growing intervals, and a round
 * makes at most one attempt that blocks. Only the thread of the consumer uses an instance.
 */
final class ConsumerPositions {

    private static final Logger log = LoggerFactory.getLogger(ConsumerPositions.class);
    private static final Duration TIMEOUT = Duration.ofMillis(100);
    private static final Duration MIN_RETRY_INTERVAL = Duration.ofMillis(200);
    private static final Duration MAX_RETRY_INTERVAL = Duration.ofSeconds(5);

    /**
     * A wait of this length is logged. A shorter wait is usual after a start, during an election, or on a busy machine.
     */
    private static final Duration LONG_WAIT = Duration.ofSeconds(10);

    private final String generation;
    private final Consumer<byte[], byte[]> consumer;
    private final LeaderWaits waits;
    private final MonotonicClock clock;
    private final Map<TopicPartition, Wait> waiting = new HashMap<>();
    /** This flag is true once an attempt has blocked in the current round. The round then makes no further attempt. */
    private boolean hasBlocked;

    private record Wait(long sinceNanos, long retryNanos, boolean logged) {}

    /**
     * Creates the positions of a consumer.
     *
     * @param generation the name of the generation, such as {@code study-g1}
     */
    ConsumerPositions(String generation, Consumer<byte[], byte[]> consumer, LeaderWaits waits, MonotonicClock clock) {
        this.generation = generation;
        this.consumer = consumer;
        this.waits = waits;
        this.clock = clock;
    }

    /**
     * Returns the position of a partition. Returns empty if the consumer finds no valid one, or if no attempt for the
     * partition is permitted now.
     *
     * @param leaderEpoch the leader epoch with which the consumer continued; null if it is unknown
     */
    OptionalLong find(TopicPartition partition, @Nullable Integer leaderEpoch) {
        Wait wait = waiting.get(partition);
        if (hasBlocked || (wait != null && clock.nanos() - wait.retryNanos() < 0)) {
            return OptionalLong.empty();
        }
        try {
            long position = consumer.position(partition, TIMEOUT);
            endWait(partition);
            return OptionalLong.of(position);
        } catch (TimeoutException notPositioned) {
            hasBlocked = true;
            recordWait(partition, leaderEpoch, notPositioned);
            return OptionalLong.empty();
        }
    }

    /** Begins a round of the poll loop. */
    void beginRound() {
        hasBlocked = false;
    }

    /**
     * Ends the wait of a partition, because it received records, because it waits for its journal, or because it is no
     * longer assigned.
     */
    void endWait(TopicPartition partition) {
        Wait wait = waiting.remove(partition);
        if (wait != null) {
            waits.clear(new GenerationPartition(generation, partition));
            if (wait.logged()) {
                log.atInfo()
                        .addKeyValue("generation", generation)
                        .addKeyValue("partition", partition)
                        .log("A partition no longer waits for a valid position on this instance");
            }
        }
    }

    private void recordWait(TopicPartition partition, @Nullable Integer leaderEpoch, TimeoutException cause) {
        waits.record(new GenerationPartition(generation, partition), leaderEpoch);
        long now = clock.nanos();
        Wait before = waiting.getOrDefault(partition, new Wait(now, now, false));
        long waited = now - before.sinceNanos();
        boolean isLong = waited >= LONG_WAIT.toNanos();
        if (isLong && !before.logged()) {
            log.atWarn()
                    .addKeyValue("generation", generation)
                    .addKeyValue("partition", partition)
                    .addKeyValue("leaderEpoch", leaderEpoch)
                    .addKeyValue("error", String.valueOf(cause.getMessage()))
                    .log("The consumer finds no leader of the journal's leader epoch or of a later one; the partition"
                            + " waits. If the log was restored to an earlier state, rebuild the read model");
        }
        long interval = Math.clamp(waited, MIN_RETRY_INTERVAL.toNanos(), MAX_RETRY_INTERVAL.toNanos());
        waiting.put(partition, new Wait(before.sinceNanos(), now + interval, isLong));
    }
}
