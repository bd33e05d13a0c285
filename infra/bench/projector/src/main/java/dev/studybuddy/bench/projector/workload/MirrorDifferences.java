package dev.studybuddy.bench.projector.workload;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.audit.AggregateKey;
import dev.studybuddy.audit.ExpectedStates;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.bson.Document;

/** Compares the documents of a program that keeps no sums with the last state of each aggregate, field by field. */
public final class MirrorDifferences {

    private MirrorDifferences() {}

    /** Returns the number of documents that differ from the last states, including missing and extra documents. */
    public static long count(
            MongoDatabase database, Function<AggregateType, String> collections, ExpectedStates states) {
        long found = 0;
        long differences = 0;
        for (AggregateType type : AggregateType.values()) {
            for (Document one : database.getCollection(collections.apply(type)).find()) {
                AggregateState state = states.find(new AggregateKey(type, one.getString("_id")));
                found += state == null ? 0 : 1;
                if (state == null || !fields(one).equals(fields(Document.parse(EventJson.write(state))))) {
                    differences++;
                }
            }
        }
        return differences + states.all().count() - found;
    }

    /**
     * Returns the fields without the id, which is the key. All numbers have one type, so that they compare by value.
     */
    private static Map<String, Object> fields(Document document) {
        Map<String, Object> fields = new HashMap<>();
        document.forEach((name, value) -> {
            if (!name.startsWith("_") && !name.equals("id") && value != null) {
                fields.put(name, value instanceof Number number ? (Object) number.longValue() : value);
            }
        });
        return fields;
    }
}
