package dev.studybuddy.bench.projector.workload;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.audit.AggregateKey;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.bson.Document;

/** What the documents of whoever keeps no sums must say: each aggregate's last state, field by field. */
public final class Truth {

    private Truth() {}

    /** How many documents differ from the last states, missing and extra ones among them. */
    public static long differences(
            MongoDatabase database,
            Function<AggregateType, String> collections,
            Map<AggregateKey, AggregateState> states) {
        Set<AggregateKey> found = new HashSet<>();
        long differences = 0;
        for (AggregateType type : AggregateType.values()) {
            for (Document one : database.getCollection(collections.apply(type)).find()) {
                AggregateKey key = new AggregateKey(type, one.getString("_id"));
                found.add(key);
                AggregateState state = states.get(key);
                if (state == null || !fields(one).equals(fields(Document.parse(EventJson.write(state))))) {
                    differences++;
                }
            }
        }
        return differences
                + states.keySet().stream().filter(key -> !found.contains(key)).count();
    }

    /** The state alone: no id, which is the key, and numbers of one type. */
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
