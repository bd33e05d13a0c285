package dev.studybuddy.projector.deadletter;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CountOptions;
import dev.studybuddy.background.Loop;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.BackgroundWork;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
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
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;

/**
 * Copies dead letters from MongoDB to their dead-letter topics. The document in MongoDB is the original, and a copy may
 * repeat, because every instance sends the copies of all documents that are not marked as copied.
 *
 * <p>A round handles a page of documents in the order of their ids. The next round continues after the last one, so
 * that documents whose copies fail delay no others. A dead-letter topic whose copies fail is skipped for the rest of
 * the round. A copy that its topic can never hold is recorded as refused, so that it no longer waits.
 *
 * <p>The producer sends each copy in a batch of its own, because a broker refuses a whole batch for one record that its
 * topic does not accept, such as a record without a key on a compacted topic. Therefore only the copies that a topic
 * refuses wait until an operator has corrected the topic.
 */
@Component
final class DeadLetterCopier implements BackgroundWork {

    private static final Logger log = LoggerFactory.getLogger(DeadLetterCopier.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration ACKNOWLEDGEMENT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final int PAGE_RECORDS = 200;

    /** A dead letter has up to about 4 MB, so that the cursor holds up to 16 MB. */
    private static final int FETCH_RECORDS = 4;

    private static final int MAX_COUNTED = 10_000;

    /** The copies that wait for an acknowledgement have at most this size, or are one larger copy. */
    private static final long MAX_UNACKNOWLEDGED_BYTES = 8_000_000;

    private final MongoCollection<Document> documents;
    private final KafkaTemplate<byte[], byte[]> kafka;
    private final ProjectorMetrics metrics;
    private final Loop loop = Loop.every("dead-letter-copier", INTERVAL, this::copyPage);
    private final Map<String, String> failures = new HashMap<>();
    private String lastId = "";

    DeadLetterCopier(
            MongoDatabase database, KafkaTemplate<byte[], byte[]> deadLetterTemplate, ProjectorMetrics metrics) {
        this.documents = database.getCollection(Names.DEAD_LETTERS);
        this.kafka = deadLetterTemplate;
        this.metrics = metrics;
    }

    @Override
    public void start() {
        loop.start();
    }

    @Override
    public void stop() {
        if (!loop.stop(STOP_TIMEOUT)) {
            log.warn("The thread that copies dead letters did not end in time; the shutdown continues");
        }
    }

    @Override
    public boolean isRunning() {
        return loop.isRunning();
    }

    @Override
    public Loop loop() {
        return loop;
    }

    private void copyPage() {
        Document uncopied = new Document(DeadLetter.COPIED, false);
        metrics.setCopiesWaiting(documents.countDocuments(uncopied, new CountOptions().limit(MAX_COUNTED)));
        Document page = new Document(uncopied).append("_id", new Document("$gt", lastId));
        Round round = new Round();
        int found = 0;
        try (MongoCursor<Document> cursor = documents
                .find(page)
                .sort(new Document("_id", 1))
                .limit(PAGE_RECORDS)
                .batchSize(FETCH_RECORDS)
                .iterator()) {
            while (cursor.hasNext()) {
                Document document = cursor.next();
                found++;
                lastId = document.getString("_id");
                round.send(DeadLetter.of(document));
            }
        }
        round.awaitAcknowledgements();
        round.logChanges();
        if (found < PAGE_RECORDS) {
            lastId = "";
        }
        metrics.setCopiesWaiting(documents.countDocuments(uncopied, new CountOptions().limit(MAX_COUNTED)));
    }

    private void recordCopied(DeadLetter deadLetter, @Nullable String refusal) {
        Document change = new Document(DeadLetter.COPIED, true);
        if (refusal != null) {
            change.append("copyRefused", refusal);
            log.atWarn()
                    .addKeyValue("deadLetter", deadLetter.id())
                    .addKeyValue("refusal", refusal)
                    .log("A dead letter is too large for its dead-letter topic; only MongoDB holds it");
        }
        documents.updateOne(new Document("_id", deadLetter.id()), new Document("$set", change));
    }

    /** A round sends the copies of one page. */
    private final class Round {

        private final List<SentCopy> unacknowledged = new ArrayList<>();
        private final Map<String, String> failed = new HashMap<>();
        private final Map<String, String> refused = new HashMap<>();
        private final Set<String> attempted = new HashSet<>();
        private long unacknowledgedBytes;

        /** Sends the copy of a dead letter, unless its topic failed in this round. */
        void send(DeadLetter deadLetter) {
            ProducerRecord<byte[], byte[]> copy = toRecord(deadLetter);
            if (failed.containsKey(copy.topic())) {
                return;
            }
            attempted.add(copy.topic());
            long bytes = sizeBytes(copy);
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

        private static void recordFailure(SentCopy sent, @Nullable Throwable failure, Map<String, String> failures) {
            if (failure != null) {
                failures.put(sent.topic(), failure.getClass().getSimpleName());
            }
        }

        void logChanges() {
            for (String topic : attempted) {
                String now = failed.getOrDefault(topic, refused.get(topic));
                String before = now == null ? failures.remove(topic) : failures.put(topic, now);
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

        /** Waits for one copy and records a success. Returns the cause of a failure that may end, or null. */
        private @Nullable Throwable awaitOne(SentCopy sent) {
            try {
                sent.result().get(ACKNOWLEDGEMENT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                recordCopied(sent.deadLetter(), null);
                return null;
            } catch (ExecutionException | TimeoutException thrown) {
                Throwable cause = thrown;
                while (cause.getCause() != null) {
                    cause = cause.getCause();
                }
                if (cause instanceof RecordTooLargeException) {
                    recordCopied(sent.deadLetter(), "too-large");
                    return null;
                }
                return cause;
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the thread was interrupted", stopping);
            }
        }
    }

    private record SentCopy(DeadLetter deadLetter, String topic, CompletableFuture<?> result) {}

    private static ProducerRecord<byte[], byte[]> toRecord(DeadLetter one) {
        String topic = AggregateType.deadLetterTopic(one.topic());
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, bytes(one.key()), bytes(one.value()));
        one.headers().forEach(header -> record.headers().add(header.name(), bytes(header.value())));
        DeadLetterHeaders.add(record.headers(), one);
        return record;
    }

    private static long sizeBytes(ProducerRecord<byte[], byte[]> record) {
        long bytes = length(record.key()) + length(record.value());
        for (var header : record.headers()) {
            bytes += header.key().length() + length(header.value());
        }
        return bytes;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static byte @Nullable [] bytes(@Nullable Binary binary) {
        return binary == null ? null : binary.getData();
    }
}
