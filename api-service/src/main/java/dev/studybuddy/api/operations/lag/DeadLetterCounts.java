package dev.studybuddy.api.operations.lag;

import com.mongodb.client.model.CountOptions;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.Names;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.Document;

/** Counts the open dead letters and the broken documents in MongoDB, up to a bound. */
final class DeadLetterCounts {

    /** The counts stop at this number, because a greater one makes no difference to the alerts. */
    static final int MAX_COUNT = 10_001;

    private static final CountOptions BOUNDED = new CountOptions().limit(MAX_COUNT);

    private final MongoDatabases databases;

    DeadLetterCounts(MongoDatabases databases) {
        this.databases = databases;
    }

    /** Returns whether a count is the exact number; otherwise it is a lower bound. */
    static boolean isExact(long count) {
        return count < MAX_COUNT;
    }

    long countOpenDeadLetters() {
        Document open = new Document("state", DeadLetter.code(DeadLetter.State.OPEN));
        return count(Names.DEAD_LETTERS, open);
    }

    /** Counts the broken documents of the listed generations of these records, by read model. */
    Map<String, Long> countBrokenDocuments(List<GenerationRecord> records) {
        Map<String, Long> counts = new TreeMap<>();
        for (GenerationRecord record : records) {
            Document listed =
                    new Document("model", record.model()).append("generation", new Document("$in", record.listed()));
            counts.put(record.model(), count(Names.BROKEN, listed));
        }
        return counts;
    }

    private long count(String collection, Document filter) {
        return databases.requests().getCollection(collection).countDocuments(filter, BOUNDED);
    }
}
