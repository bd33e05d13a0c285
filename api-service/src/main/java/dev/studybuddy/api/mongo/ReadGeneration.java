package dev.studybuddy.api.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.readmodel.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/**
 * Provides the collections of one generation of a read model. A request uses one generation for all its reads.
 *
 * @param model the name of the read model
 * @param number the number of the generation
 * @param reads the aggregate types for which the generation has mirrors and journals
 * @param database the database that holds the collections
 */
public record ReadGeneration(String model, int number, Set<AggregateType> reads, MongoDatabase database) {

    /** Returns the generation with this number from a generation record. */
    public static ReadGeneration of(GenerationRecord record, int number, MongoDatabase database) {
        return new ReadGeneration(record.model(), number, record.reads(), database);
    }

    /** Returns the collection of the mirrors of one aggregate type. */
    public MongoCollection<Document> mirrors(AggregateType type) {
        return database.getCollection(Names.mirrors(model, type) + Names.suffix(number));
    }

    /** Returns the collection of the rollups. */
    public MongoCollection<Document> totals() {
        return database.getCollection(Names.totals(model) + Names.suffix(number));
    }

    /** Returns the collection of the journals. */
    public MongoCollection<Document> journal() {
        return database.getCollection(Names.journal(model, number));
    }

    /** Returns the offset up to which each partition is applied, by journal id. The map is empty without journals. */
    public Map<String, Long> done() {
        return offsets(JournalFields.DONE);
    }

    /** Returns the offset up to which each partition is decided, by journal id. */
    public Map<String, Long> hi() {
        return offsets(JournalFields.HI);
    }

    private Map<String, Long> offsets(String field) {
        Map<String, Long> offsets = new HashMap<>();
        for (Document journal : journal().find().projection(new Document(field, 1))) {
            offsets.put(
                    journal.getString("_id"), journal.get(field, Number.class).longValue());
        }
        return offsets;
    }
}
