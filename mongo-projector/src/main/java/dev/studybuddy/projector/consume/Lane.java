package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.journal.Entry;
import dev.studybuddy.projector.journal.PartitionJournal;
import dev.studybuddy.projector.lag.ProjectorMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The way of one partition's records into its journal. Used by one thread at a time. */
final class Lane {

    private final TopicPartition partition;
    private final PartitionJournal journal;
    private final Decoding decoding;
    private final BatchLimits limits;
    private final ProjectorMetrics.OfTopic metrics;
    private final Clock clock;
    private final Retry retry = new Retry();
    private long idleSince = System.nanoTime();

    Lane(
            TopicPartition partition,
            PartitionJournal journal,
            Decoding decoding,
            BatchLimits limits,
            ProjectorMetrics.OfTopic metrics,
            Clock clock) {
        this.partition = partition;
        this.journal = journal;
        this.decoding = decoding;
        this.limits = limits;
        this.metrics = metrics;
        this.clock = clock;
    }

    TopicPartition partition() {
        return partition;
    }

    Retry retry() {
        return retry;
    }

    PartitionJournal journal() {
        return journal;
    }

    /** Whether records are of use: the position is known. */
    boolean flowing() {
        return !journal.unknown();
    }

    /** Takes records in, batch by batch. Returns how old the oldest was when it was visible; zero where none says. */
    Duration take(List<ConsumerRecord<byte[], byte[]>> records) {
        idleSince = System.nanoTime();
        Duration oldest = Duration.ZERO;
        int from = 0;
        while (from < records.size() && flowing()) {
            long began = System.nanoTime();
            List<Entry> batch = cut(records, from);
            if (!journal.advance(batch)) {
                return oldest;
            }
            int taken = from;
            while (taken < records.size() && records.get(taken).offset() < journal.applied()) {
                Duration age = observe(records.get(taken));
                oldest = age.compareTo(oldest) > 0 ? age : oldest;
                taken++;
            }
            metrics.events().increment(taken - from);
            metrics.batch().record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
            from = taken;
        }
        return oldest;
    }

    /** Whether nothing came for a while, and the journal doesn't say yet that all is applied. */
    boolean unsettled(Duration idle) {
        return flowing() && journal.done() < journal.applied() && System.nanoTime() - idleSince > idle.toNanos();
    }

    private List<Entry> cut(List<ConsumerRecord<byte[], byte[]>> records, int from) {
        List<Entry> batch = new ArrayList<>();
        long bytes = 0;
        for (int i = from; i < records.size() && batch.size() < limits.records(); i++) {
            Entry entry = decoding.decode(records.get(i));
            bytes += entry.size();
            if (!batch.isEmpty() && bytes > limits.bytes()) {
                break;
            }
            batch.add(entry);
        }
        return batch;
    }

    private Duration observe(ConsumerRecord<byte[], byte[]> record) {
        Instant written = Decoding.time(record);
        return written == null ? Duration.ZERO : recorded(written);
    }

    private Duration recorded(Instant written) {
        Duration age = Duration.between(written, clock.instant());
        Duration shown = age.isNegative() ? Duration.ZERO : age;
        metrics.endToEnd().record(shown);
        return shown;
    }
}
