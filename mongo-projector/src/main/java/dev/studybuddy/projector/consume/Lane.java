package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.journal.Entry;
import dev.studybuddy.projector.journal.PartitionJournal;
import dev.studybuddy.projector.lag.ProjectorMetrics;
import dev.studybuddy.projector.trace.BatchSpans;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The way of one partition's records into its journal. The poll loop puts records in; one worker at a time, between {@link
 * #begin()} and {@link #end()}, takes them out. What waits in between is bounded by the poll loop, which pauses a partition whose
 * lane is {@link #full()}.
 */
final class Lane {

    private final TopicPartition partition;
    private final PartitionJournal journal;
    private final Decoding decoding;
    private final BatchLimits limits;
    private final ProjectorMetrics.OfTopic metrics;
    private final Function<List<ConsumerRecord<byte[], byte[]>>, BatchSpans> traces;
    private final Clock clock;
    private final Retry retry = new Retry();

    /** Guarded by this: polled, and not in the journal yet. */
    private final Queue<ConsumerRecord<byte[], byte[]>> queued = new ArrayDeque<>();

    /** Guarded by this. */
    private long queuedBytes;

    /** Guarded by this: of the record that was added last. */
    private PackedHeaders headers = PackedHeaders.NONE;

    /** Guarded by this: a worker has it, or is about to. */
    private boolean busy;

    /** Guarded by this: no worker may take it any more. */
    private boolean stopped;

    private volatile long done = -1;
    private volatile long idleSince = System.nanoTime();

    Lane(
            TopicPartition partition,
            PartitionJournal journal,
            Decoding decoding,
            BatchLimits limits,
            ProjectorMetrics.OfTopic metrics,
            Function<List<ConsumerRecord<byte[], byte[]>>, BatchSpans> traces,
            Clock clock) {
        this.partition = partition;
        this.journal = journal;
        this.decoding = decoding;
        this.limits = limits;
        this.metrics = metrics;
        this.traces = traces;
        this.clock = clock;
    }

    TopicPartition partition() {
        return partition;
    }

    Retry retry() {
        return retry;
    }

    /** For whoever {@link #begin() began}, or knows that nobody has. */
    PartitionJournal journal() {
        return journal;
    }

    /** Takes the lane for one worker; false where another has it, or nobody may any more. */
    synchronized boolean begin() {
        if (busy || stopped) {
            return false;
        }
        busy = true;
        return true;
    }

    /** Takes the lane for a batch; false also where nothing waits, or the position is unknown. */
    synchronized boolean beginBatch() {
        return !queued.isEmpty() && !busy && flowing() && begin();
    }

    /** Gives it back. What was done is seen by whoever has it next. */
    synchronized void end() {
        if (flowing()) {
            done = journal.done();
        }
        busy = false;
        notifyAll();
    }

    /** Whether no worker has it. */
    synchronized boolean quiet() {
        return !busy;
    }

    /** Lets no worker take it any more, and waits for the one that has it. */
    synchronized void stop() throws InterruptedException {
        stopped = true;
        forget();
        while (busy) {
            wait();
        }
    }

    /** Whether records are of use: the position is known. */
    boolean flowing() {
        return !journal.needsRecovery();
    }

    /** What the journal said of {@code done} when it was last known; −1 before. */
    long done() {
        return done;
    }

    /** Takes the records that follow those that it has. */
    synchronized void add(List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            headers = PackedHeaders.of(record.headers(), headers);
            queued.add(headers.on(record));
            queuedBytes += Decoding.size(record);
        }
    }

    /** Drops what waits; the position is to be read anew, and the records after it polled again. */
    synchronized void forget() {
        queued.clear();
        queuedBytes = 0;
    }

    /** How many records wait. */
    synchronized int queued() {
        return queued.size();
    }

    /** About how large what waits is. */
    synchronized long queuedBytes() {
        return queuedBytes;
    }

    /** Whether a whole batch waits. */
    synchronized boolean full() {
        return queued.size() >= limits.records() || queuedBytes >= limits.bytes();
    }

    /** Takes one batch in. Returns how old its oldest event was when it was visible; zero where none says. */
    Duration take() {
        long began = System.nanoTime();
        idleSince = began;
        List<ConsumerRecord<byte[], byte[]>> records = next();
        if (records.isEmpty()) {
            return Duration.ZERO;
        }
        List<Entry> entries;
        try (BatchSpans spans = traces.apply(records)) {
            entries = decoded(records);
            if (!journal.advance(entries)) {
                return Duration.ZERO;
            }
            spans.done(journal.hi());
        }
        Duration oldest = Duration.ZERO;
        int taken = 0;
        while (taken < entries.size() && entries.get(taken).offset() < journal.hi()) {
            Duration age = observe(entries.get(taken).writtenAt());
            oldest = age.compareTo(oldest) > 0 ? age : oldest;
            taken++;
        }
        remove(taken);
        metrics.events().increment(taken);
        metrics.batch().record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
        idleSince = System.nanoTime();
        return oldest;
    }

    /** Whether nothing came for a while, and the journal doesn't say yet that all is applied. Of a quiet lane. */
    boolean unsettled(Duration idle) {
        return flowing() && journal.done() < journal.hi() && System.nanoTime() - idleSince > idle.toNanos();
    }

    private synchronized List<ConsumerRecord<byte[], byte[]>> next() {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
        long bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : queued) {
            bytes += Decoding.size(record);
            if (batch.size() == limits.records() || (!batch.isEmpty() && bytes > limits.bytes())) {
                break;
            }
            batch.add(record);
        }
        return batch;
    }

    private synchronized void remove(int records) {
        for (int n = 0; n < records && !queued.isEmpty(); n++) {
            queuedBytes -= Decoding.size(queued.remove());
        }
    }

    private List<Entry> decoded(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(decoding::decode).toList();
    }

    private Duration observe(@Nullable Instant written) {
        if (written == null) {
            return Duration.ZERO;
        }
        Duration age = Duration.between(written, clock.instant());
        Duration shown = age.isNegative() ? Duration.ZERO : age;
        metrics.endToEnd().record(shown);
        return shown;
    }
}
