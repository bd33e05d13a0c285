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

    /** The time of an event comes from its writer and may be any instant. A higher age is recorded as this one. */
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
     * Records a batch that has just become visible. Returns the age of its oldest event, at most a day, or zero if no
     * event has a time.
     *
     * @param elapsed the duration of the work on the batch
     */
    Duration recordBatch(List<DecodedRecord> records, Duration elapsed) {
        Duration oldest = Duration.ZERO;
        Instant now = clock.instant();
        for (DecodedRecord record : records) {
            Duration age = recordAge(record, now);
            oldest = age.compareTo(oldest) > 0 ? age : oldest;
        }
        metrics.events().increment(records.size());
        metrics.batch().record(elapsed);
        return oldest;
    }

    private Duration recordAge(DecodedRecord record, Instant now) {
        if (record.writtenAt() == null) {
            return Duration.ZERO;
        }
        Duration age = Duration.between(record.writtenAt(), now);
        if (age.isNegative()) {
            age = Duration.ZERO;
        } else if (age.compareTo(MAX_AGE) > 0) {
            age = MAX_AGE;
        }
        metrics.endToEnd().record(age);
        return age;
    }
}
