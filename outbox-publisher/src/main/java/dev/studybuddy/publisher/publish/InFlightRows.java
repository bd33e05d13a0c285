package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.RowKey;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds the rows whose sends have no outcome yet, in the order of their sends.
 *
 * <p>The age of a send counts only time in which rounds run. After the process was frozen, the threads of the Kafka
 * client end old sends only after they run again, so the time of the freeze must not count.
 */
final class InFlightRows {

    /**
     * The time between two rounds counts as at most this long. With the default settings, an idle publisher waits for
     * less time between two rounds.
     */
    private static final long MAX_STEP_NANOS = Duration.ofSeconds(1).toNanos();

    private final PublishSettings.Memory bounds;
    /** The value of a row is the counted time, in nanoseconds, at which the row was sent. */
    private final Map<RowKey, Long> sentAtNanos = new LinkedHashMap<>();

    private long bytes;
    private long countedNanos;
    private long lastRoundNanos;
    private boolean counting;

    InFlightRows(PublishSettings.Memory bounds) {
        this.bounds = bounds;
    }

    /** Records the time at which a round began. */
    void recordRound(long nowNanos) {
        if (counting) {
            countedNanos += Math.clamp(nowNanos - lastRoundNanos, 0, MAX_STEP_NANOS);
        }
        counting = true;
        lastRoundNanos = nowNanos;
    }

    boolean hasRoom() {
        return sentAtNanos.size() < bounds.inFlightRows() && (sentAtNanos.isEmpty() || bytes < bounds.inFlightBytes());
    }

    void add(OutboxRow row) {
        sentAtNanos.put(row.key(), countedNanos);
        bytes += row.approximateBytes();
    }

    void remove(OutboxRow row) {
        if (sentAtNanos.remove(row.key()) != null) {
            bytes -= row.approximateBytes();
        }
    }

    /** Returns the age of the oldest send without an outcome in nanoseconds, or 0 if no row is in flight. */
    long longestNanos() {
        Iterator<Long> times = sentAtNanos.values().iterator();
        return times.hasNext() ? countedNanos - times.next() : 0;
    }
}
