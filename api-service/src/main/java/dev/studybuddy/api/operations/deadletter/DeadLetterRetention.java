package dev.studybuddy.api.operations.deadletter;

import com.mongodb.client.MongoCollection;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.retention.RetentionProperties;
import dev.studybuddy.api.retention.RetentionRule;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.springframework.stereotype.Component;

/**
 * Removes the records of dead letters whose replay or discard is older than their retention. The ids and states of the
 * dead letters stay, so that a rebuild does not open them again. A dead letter keeps its record until its copy is on
 * the dead-letter topic.
 */
@Component
final class DeadLetterRetention implements RetentionRule {

    private static final List<DeadLetter.State> CLOSED_STATES =
            List.of(DeadLetter.State.REPLAYED, DeadLetter.State.DISCARDED);

    private final MongoCollection<Document> documents;
    private final RetentionProperties properties;
    private final Clock clock;

    DeadLetterRetention(MongoDatabases databases, RetentionProperties properties, Clock clock) {
        this.documents = databases.jobs().getCollection(Names.DEAD_LETTERS);
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public String table() {
        return Names.DEAD_LETTERS;
    }

    @Override
    public int removeBatch() {
        // A dead letter without its record has no topic, so the index does not return it again.
        for (String topic : documents.distinct("topic", new Document("topic", new Document("$gt", "")), String.class)) {
            for (DeadLetter.State state : CLOSED_STATES) {
                List<Object> ids = findOld(topic, state);
                if (!ids.isEmpty()) {
                    Document unchanged =
                            new Document("_id", new Document("$in", ids)).append("state", DeadLetter.code(state));
                    documents.updateMany(unchanged, DeadLetter.removal());
                    return ids.size();
                }
            }
        }
        return 0;
    }

    private List<Object> findOld(String topic, DeadLetter.State state) {
        Date before = Date.from(clock.instant().minus(properties.deadLetters()));
        Document old = new Document("topic", topic)
                .append("state", DeadLetter.code(state))
                .append("lastAt", new Document("$lt", before))
                .append(DeadLetter.COPIED, new Document("$ne", false));
        List<Object> ids = new ArrayList<>();
        for (Document document :
                documents.find(old).projection(new Document("_id", 1)).limit(BATCH_ROWS)) {
            ids.add(document.get("_id"));
        }
        return ids;
    }
}
