package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Converts the aggregation with which drivers count documents to the command {@code count}. The library scans the whole
 * collection for each aggregation, but {@code count} uses an index.
 */
final class CountCommand {

    private static final String PIPELINE = "pipeline";
    private static final Document COUNT_ALL = new Document("_id", 1).append("n", new Document("$sum", 1));

    private CountCommand() {}

    /** Returns the command {@code count} for an aggregation, or empty if the aggregation does not count documents. */
    static Optional<Document> of(String command, Document query) {
        if (!command.equals("aggregate") || !(query.get(PIPELINE) instanceof List<?> pipeline) || pipeline.size() < 2) {
            return Optional.empty();
        }
        List<?> stages = new ArrayList<>(pipeline);
        if (!(stages.removeLast() instanceof Document group && COUNT_ALL.equals(group.get("$group")))) {
            return Optional.empty();
        }
        Document count = new Document("count", query.get(command));
        List<String> names = new ArrayList<>(List.of("$match", "$skip", "$limit"));
        for (Object stage : stages) {
            if (!(stage instanceof Document one) || one.size() != 1) {
                return Optional.empty();
            }
            String name = one.keySet().iterator().next();
            int place = names.indexOf(name);
            if (place < 0) {
                return Optional.empty();
            }
            // The stages must have this order, because a limit before a filter has another meaning.
            names.subList(0, place + 1).clear();
            count.append(name.equals("$match") ? "query" : name.substring(1), one.get(name));
        }
        return Optional.of(count);
    }

    /** Returns the reply to an aggregation that counts documents. */
    static Document toReply(String databaseName, Document count, Document counted) {
        int n = counted.get("n") instanceof Number number ? number.intValue() : 0;
        List<Document> batch = n == 0 ? List.of() : List.of(new Document("_id", 1).append("n", n));
        return new Document(
                        "cursor",
                        new Document("id", 0L)
                                .append("ns", databaseName + "." + count.get("count"))
                                .append("firstBatch", batch))
                .append("ok", 1.0);
    }
}
