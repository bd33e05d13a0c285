package dev.studybuddy.api.operations.lag;

import com.mongodb.client.model.CountOptions;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;

/** Counts the open dead letters and the broken documents in MongoDB, up to a bound. */
final class DeadLetterCounts {

    private static final CountOptions BOUNDED = new CountOptions().limit(10_001);

    private final MongoDatabases databases;

    DeadLetterCounts(MongoDatabases databases) {
        this.databases = databases;
    }

    long countOpenDeadLetters() {
        Document open = new Document("state", DeadLetter.code(DeadLetter.State.OPEN));
        return count(Names.DEAD_LETTERS, open);
    }

    /** Counts the broken documents of the listed generations of these records. */
    long countBrokenDocuments(List<GenerationRecord> records) {
        List<Document> listed = new ArrayList<>();
        for (GenerationRecord record : records) {
            for (int generation : record.listed()) {
                listed.add(new Document("model", record.model()).append("generation", generation));
            }
        }
        return listed.isEmpty() ? 0 : count(Names.BROKEN, new Document("$or", listed));
    }

    private long count(String collection, Document filter) {
        return databases.requests().getCollection(collection).countDocuments(filter, BOUNDED);
    }
}
