package dev.studybuddy.projector.deadletter;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CountOptions;
import dev.studybuddy.background.Loop;
import dev.studybuddy.projector.BackgroundWork;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;

/**
 * Copies dead letters from MongoDB to their dead-letter topics. The document in MongoDB is the original, and a copy may
 * repeat, because every instance sends the copies of all documents that are not marked as copied.
 *
 * <p>A round copies a page of documents in the order of their ids. The next round continues after the last one, so that
 * documents whose copies fail delay no others. After a failure of a dead-letter topic, the round sends no further copy
 * to this topic. A topic that only refuses single copies receives the others. A copy that its topic can never hold is
 * recorded as refused, so that it no longer waits.
 *
 * <p>The producer sends each copy in a producer batch of its own. A broker refuses a whole batch for one record that
 * its topic does not accept, such as a record without a key on a compacted topic. Therefore only the copies that a
 * topic refuses wait until an operator has corrected the topic.
 */
@Component
final class DeadLetterCopier implements BackgroundWork {

    private static final Logger log = LoggerFactory.getLogger(DeadLetterCopier.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final int PAGE_RECORDS = 200;

    /** A dead letter has up to about 4 MB, so the cursor holds up to about 16 MB. */
    private static final int FETCH_RECORDS = 4;

    private static final int MAX_COUNTED = 10_000;

    private final MongoCollection<Document> documents;
    private final KafkaTemplate<byte[], byte[]> kafka;
    private final ProjectorMetrics metrics;
    private final Loop loop = Loop.every("dead-letter-copier", INTERVAL, this::copyPage);

    /** This map holds the topics that did not accept copies in their last round, each with the failure. */
    private final Map<String, String> failures = new HashMap<>();

    private String lastId = "";

    DeadLetterCopier(
            MongoDatabase database, KafkaTemplate<byte[], byte[]> deadLetterTemplate, ProjectorMetrics metrics) {
        this.documents = database.getCollection(Names.DEAD_LETTERS);
        this.kafka = deadLetterTemplate;
        this.metrics = metrics;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Duration stopTimeout() {
        return STOP_TIMEOUT;
    }

    private void copyPage() {
        Document uncopied = new Document(DeadLetter.COPIED, false);
        metrics.setCopiesWaiting(documents.countDocuments(uncopied, new CountOptions().limit(MAX_COUNTED)));
        Document page = new Document(uncopied).append("_id", new Document("$gt", lastId));
        CopyRound round = new CopyRound(kafka, this::recordCopied, failures);
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

    /**
     * Marks a dead letter as copied.
     *
     * @param refusal the reason why its topic can never hold the copy, or null if the topic holds it
     */
    private void recordCopied(DeadLetter deadLetter, @Nullable String refusal) {
        Document change = new Document(DeadLetter.COPIED, true);
        if (refusal != null) {
            change.append("copyRefused", refusal);
            log.atWarn()
                    .addKeyValue("deadLetter", deadLetter.id())
                    .addKeyValue("refusal", refusal)
                    .log("A dead letter exceeds the limit of the producer or of its dead-letter topic, so the projector"
                            + " sends no copy; only MongoDB holds it");
        }
        documents.updateOne(new Document("_id", deadLetter.id()), new Document("$set", change));
    }
}
