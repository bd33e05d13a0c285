package dev.studybuddy.api.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import java.util.HashMap;
import java.util.Map;
import org.bson.Document;

/** The collections of one generation; a request uses one for all its reads. */
public record ReadGeneration(int number, MongoDatabase database) {

    public MongoCollection<Document> mirrors(AggregateType type) {
        return database.getCollection(Names.mirrors(type, number));
    }

    public MongoCollection<Document> totals() {
        return database.getCollection(Names.studyTotals(number));
    }

    public MongoCollection<Document> journal() {
        return database.getCollection(Names.journal(Names.STUDY, number));
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
