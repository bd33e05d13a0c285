package dev.studybuddy.api.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/**
 * The collections of one generation of a read model; a request uses one for all its reads.
 *
 * @param reads the aggregates that it has mirrors and journals of
 */
public record ReadGeneration(String model, int number, Set<AggregateType> reads, MongoDatabase database) {

    /** One of those that a record tells of. */
    public static ReadGeneration of(GenerationRecord record, int number, MongoDatabase database) {
        return new ReadGeneration(record.model(), number, record.reads(), database);
    }

    public MongoCollection<Document> mirrors(AggregateType type) {
        return database.getCollection(Names.mirrors(model, type) + Names.suffix(number));
    }

    public MongoCollection<Document> totals() {
        return database.getCollection(Names.totals(model) + Names.suffix(number));
    }

    public MongoCollection<Document> journal() {
        return database.getCollection(Names.journal(model, number));
    }

    /** Up to which offset each partition is applied, by journal id; empty where there are no journals. */
    public Map<String, Long> done() {
        return offsets("done");
    }

    /** Up to which offset each partition is decided, by journal id. */
    public Map<String, Long> decided() {
        return offsets("hi");
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
