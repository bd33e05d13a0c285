package dev.studybuddy.projector.deadletter;

import dev.studybuddy.readmodel.DeadLetter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Sends the copies of one page of dead letters. After a failure of a topic, it sends no further copy to this topic,
 * unless the topic only refused a single copy.
 */
final class CopyRound {

    private static final Logger log = LoggerFactory.getLogger(CopyRound.class);
    private static final Duration ACKNOWLEDGEMENT_TIMEOUT = Duration.ofSeconds(30);

    /** The copies that wait for an acknowledgement have at most this size together, unless a single copy is larger. */
    private static final long MAX_UNACKNOWLEDGED_BYTES = 8_000_000;

    private final KafkaTemplate<byte[], byte[]> kafka;
    private final BiConsumer<DeadLetter, @Nullable String> recordCopied;

    /** This map holds the last failure of each topic in earlier rounds. */
    private final Map<String, String> earlierFailures;

    private final List<SentCopy> unacknowledged = new ArrayList<>();

    /** This map holds the error of each topic to which this round sends no further copy. */
    private final Map<String, String> failed = new HashMap<>();

    /** This map holds the error of each topic that refused a single copy, and that may still accept others. */
    private final Map<String, String> refused = new HashMap<>();

    private final Set<String> attempted = new HashSet<>();
    private long unacknowledgedBytes;

    private record SentCopy(DeadLetter deadLetter, String topic, CompletableFuture<?> result) {}

    /**
     * Creates a round without copies.
     *
     * @param recordCopied records that the topic of a dead letter holds its copy, or the reason why the topic can never
     *     hold it
     * @param earlierFailures the failures of topics in earlier rounds, which {@link #logChanges()} updates
     */
    CopyRound(
            KafkaTemplate<byte[], byte[]> kafka,
            BiConsumer<DeadLetter, @Nullable String> recordCopied,
            Map<String, String> earlierFailures) {
        this.kafka = kafka;
        this.recordCopied = recordCopied;
        this.earlierFailures = earlierFailures;
    }

    /** Sends the copy of a dead letter, unless its topic failed in this round. */
    void send(DeadLetter deadLetter) {
        ProducerRecord<byte[], byte[]> copy = CopyRecords.toRecord(deadLetter);
        if (failed.containsKey(copy.topic())) {
            return;
        }
        attempted.add(copy.topic());
        long bytes = CopyRecords.sizeBytes(copy);
        if (unacknowledgedBytes + bytes > MAX_UNACKNOWLEDGED_BYTES) {
            awaitAcknowledgements();
        }
        SentCopy sent = new SentCopy(deadLetter, copy.topic(), start(copy));
        if (sent.result().isCompletedExceptionally()) {
            recordFailure(sent, awaitOne(sent), failed);
        } else {
            unacknowledgedBytes += bytes;
            unacknowledged.add(sent);
        }
    }

    /** Waits for all acknowledgements. */
    void awaitAcknowledgements() {
        for (SentCopy sent : unacknowledged) {
            Throwable failure = awaitOne(sent);
            recordFailure(sent, failure, failure instanceof InvalidRecordException ? refused : failed);
        }
        unacknowledged.clear();
        unacknowledgedBytes = 0;
    }

    /** Logs each topic whose copies fail for the first time, fail with another error, or are accepted again. */
    void logChanges() {
        for (String topic : attempted) {
            String now = failed.getOrDefault(topic, refused.get(topic));
            String before = now == null ? earlierFailures.remove(topic) : earlierFailures.put(topic, now);
            if (now != null && !now.equals(before)) {
                log.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("error", now)
                        .log("The dead-letter topic did not accept copies; MongoDB holds the dead letters, and the"
                                + " projector sends the copies again later");
            } else if (now == null && before != null) {
                log.atInfo().addKeyValue("topic", topic).log("The dead-letter topic accepts copies again");
            }
        }
    }

    private CompletableFuture<?> start(ProducerRecord<byte[], byte[]> copy) {
        try {
            return kafka.send(copy);
        } catch (RuntimeException thrown) {
            // The template throws if the client refuses a record, or if it finds no topic in time.
            return CompletableFuture.failedFuture(thrown);
        }
    }

    /**
     * Waits for one copy and records its success. Returns the cause of a failure if a later attempt may succeed, and
     * null otherwise.
     */
    private @Nullable Throwable awaitOne(SentCopy sent) {
        try {
            sent.result().get(ACKNOWLEDGEMENT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            recordCopied.accept(sent.deadLetter(), null);
            return null;
        } catch (ExecutionException | TimeoutException thrown) {
            Throwable cause = thrown;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof RecordTooLargeException) {
                recordCopied.accept(sent.deadLetter(), "too-large");
                return null;
            }
            return cause;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the thread was interrupted", stopping);
        }
    }

    private static void recordFailure(SentCopy sent, @Nullable Throwable failure, Map<String, String> causes) {
        if (failure != null) {
            causes.put(sent.topic(), failure.getClass().getSimpleName());
        }
    }
}
