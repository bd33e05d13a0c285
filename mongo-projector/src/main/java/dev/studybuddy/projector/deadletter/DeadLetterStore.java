package dev.studybuddy.projector.deadletter;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.journal.DeadLetterSink;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.SendResult;
import org.springframework.stereotype.Component;

/**
 * Stores dead letters. First it sends a copy to the dead-letter topic and waits for the acknowledgement. Then it
 * inserts the document only if the document is absent, so that neither a rebuild nor a second instance opens a dead
 * letter again.
 */
@Component
final class DeadLetterStore implements DeadLetterSink {

    private static final Logger log = LoggerFactory.getLogger(DeadLetterStore.class);
    private static final long ACKNOWLEDGEMENT_TIMEOUT_SECONDS = 30;

    private final KafkaTemplate<byte[], byte[]> kafka;
    private final ProjectorMetrics metrics;

    DeadLetterStore(KafkaTemplate<byte[], byte[]> deadLetterTemplate, ProjectorMetrics metrics) {
        this.kafka = deadLetterTemplate;
        this.metrics = metrics;
    }

    @Override
    public void store(FencedSession session, List<Document> deadLetters) {
        Set<String> storedIds = new HashSet<>();
        session.find(
                        Names.DEAD_LETTERS,
                        deadLetters.stream().map(one -> one.getString("_id")).toList())
                .forEach(one -> storedIds.add(one.getString("_id")));
        List<DeadLetter> absent = deadLetters.stream()
                .filter(one -> !storedIds.contains(one.getString("_id")))
                .map(DeadLetter::of)
                .toList();
        if (absent.isEmpty()) {
            return;
        }
        sendCopies(absent);
        List<ConditionalWrite> inserts = new ArrayList<>();
        for (DeadLetter one : absent) {
            Document document = one.toDocument();
            Document id = new Document("_id", document.remove("_id"));
            inserts.add(new ConditionalWrite.Update(id, new Document("$setOnInsert", document)));
        }
        for (WriteRefusal refusal : session.write(Names.DEAD_LETTERS, inserts)) {
            String id = absent.get(refusal.index()).id();
            switch (refusal.verdict()) {
                case DUPLICATE_KEY -> {}
                case PERMANENT ->
                    log.atError()
                            .addKeyValue("deadLetter", id)
                            .addKeyValue("error", refusal.message())
                            .log("MongoDB rejected a dead letter; only its copy on the dead-letter topic exists");
                case TEMPORARY -> throw new TemporaryRefusalException(Names.DEAD_LETTERS, id, refusal);
            }
        }
        for (DeadLetter one : absent) {
            metrics.countDeadLetter(one);
            log.atWarn()
                    .addKeyValue("deadLetter", one.id())
                    .addKeyValue("topic", one.topic())
                    .addKeyValue("partition", one.partition())
                    .addKeyValue("offset", one.offset())
                    .addKeyValue("reason", one.reason())
                    .addKeyValue("detail", one.detail())
                    .log("A record was dead-lettered; the rest of its partition continues");
        }
    }

    private void sendCopies(List<DeadLetter> deadLetters) {
        List<CompletableFuture<SendResult<byte[], byte[]>>> sent =
                deadLetters.stream().map(one -> kafka.send(record(one))).toList();
        for (int i = 0; i < sent.size(); i++) {
            try {
                sent.get(i).get(ACKNOWLEDGEMENT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new CopyNotSentException("the thread was interrupted", stopping);
            } catch (ExecutionException failed) {
                if (!isTooLarge(failed)) {
                    throw new CopyNotSentException(String.valueOf(failed.getMessage()), failed);
                }
                log.atWarn()
                        .addKeyValue("deadLetter", deadLetters.get(i).id())
                        .log("A dead letter is too large for its dead-letter topic; only MongoDB holds it");
            } catch (TimeoutException late) {
                throw new CopyNotSentException(
                        "Kafka did not acknowledge it within " + ACKNOWLEDGEMENT_TIMEOUT_SECONDS + " s", late);
            }
        }
    }

    private static boolean isTooLarge(Throwable failed) {
        for (Throwable one = failed; one != null; one = one.getCause()) {
            if (one instanceof RecordTooLargeException) {
                return true;
            }
        }
        return false;
    }

    private static ProducerRecord<byte[], byte[]> record(DeadLetter one) {
        String topic = AggregateType.deadLetterTopic(one.topic());
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, bytes(one.key()), bytes(one.value()));
        one.headers().forEach(header -> record.headers().add(header.name(), bytes(header.value())));
        DeadLetterHeaders.add(record.headers(), one);
        return record;
    }

    private static byte @Nullable [] bytes(@Nullable Binary binary) {
        return binary == null ? null : binary.getData();
    }

    /** Kafka may not have stored the copy. The batch is applied again later. */
    static final class CopyNotSentException extends RuntimeException {

        private static final long serialVersionUID = 1;

        CopyNotSentException(String message, Throwable cause) {
            super("the copy on the dead-letter topic failed: " + message, cause);
        }
    }
}
