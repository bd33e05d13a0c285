package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.journal.DecodedRecord;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import dev.studybuddy.projector.trace.BatchSpans;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records the metrics and the traces of one partition's batches. */
final class BatchRecorder {

    /**
     * A metric records an age of at most this duration, because the times of events and records come from their writers
     * and may be any instant.
     */
    private static final Duration MAX_AGE = Duration.ofDays(1);

    private final ProjectorMetrics.TopicMetrics metrics;
    private final Function<List<ConsumerRecord<byte[], byte[]>>, BatchSpans> spanStarter;
    private final Clock clock;

    BatchRecorder(
            ProjectorMetrics.TopicMetrics metrics,
            Function<List<ConsumerRecord<byte[], byte[]>>, BatchSpans> spanStarter,
            Clock clock) {
        this.metrics = metrics;
        this.spanStarter = spanStarter;
        this.clock = clock;
    }

    /** Starts the spans of a batch's records. */
    BatchSpans startSpans(List<ConsumerRecord<byte[], byte[]>> records) {
        return spanStarter.apply(records);
    }

    /** Counts a record that was decoded. */
    void countDecoded() {
        metrics.decoded().increment();
    }

    /** Counts the records that were offered to the plan of one batch, whether or not the batch is applied. */
    void countPlanned(int records) {
        metrics.planned().increment(records);
    }

    /**
     * Records a batch that has just become visible, and the age of each of its events.
     *
     * @param elapsed the duration of the work on the batch
     */
    void recordBatch(List<DecodedRecord> records, Duration elapsed) {
        Instant now = clock.instant();
        for (DecodedRecord record : records) {
            if (record.writtenAt() != null) {
                metrics.endToEnd().record(limit(Duration.between(record.writtenAt(), now)));
            }
        }
        metrics.events().increment(records.size());
        metrics.batch().record(elapsed);
    }

    /**
     * Returns the time that the oldest of some records has been in Kafka, at most a day, or zero if no record has a
     * timestamp. The result does not depend on the times of the events. A replay of a dead letter and a late retry of
     * an outbox row keep the time of their event, so an event may be old although no generation was late.
     */
    Duration findOldestAge(List<ConsumerRecord<byte[], byte[]>> records) {
        long now = clock.millis();
        long oldest = now;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.timestamp() != ConsumerRecord.NO_TIMESTAMP) {
                oldest = Math.min(oldest, record.timestamp());
            }
        }
        return limit(Duration.ofMillis(now).minusMillis(oldest));
    }

    private static Duration limit(Duration age) {
        if (age.isNegative()) {
            return Duration.ZERO;
        }
        return age.compareTo(MAX_AGE) > 0 ? MAX_AGE : age;
    }
}
