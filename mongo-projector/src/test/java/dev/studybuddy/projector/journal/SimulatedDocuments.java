package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.ConditionalWrite;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Holds the documents of the simulated MongoDB, executes writes on them as MongoDB does, and returns to a saved state.
 * It contains the mutants of the conditions.
 */
final class SimulatedDocuments {

    private final Mutant mutant;
    private Map<String, Map<String, Document>> data = new HashMap<>();
    private Map<String, Map<String, Document>> savedData = new HashMap<>();

    SimulatedDocuments(Mutant mutant) {
        this.mutant = mutant;
    }

    Map<String, Document> collection(String name) {
        return data.computeIfAbsent(name, any -> new HashMap<>());
    }

    void insert(String collection, Document document) {
        collection(collection).put(document.getString("_id"), document);
        save();
    }

    /** Saves the present state for a later {@link #restore()}. */
    void save() {
        savedData = copy(data);
    }

    void restore() {
        data = copy(savedData);
    }

    /** Replaces a document if it matches a filter, and returns whether it does. */
    boolean replaceIfMatching(String collection, String id, Document filter, Document replacement) {
        Document current = collection(collection).get(id);
        boolean matched = current != null && FilterEvaluator.matches(filter, current);
        if (matched) {
            collection(collection).put(id, replacement);
        }
        return matched;
    }

    /** Executes a write, and returns false if its condition refuses the document that exists. */
    boolean apply(String collection, ConditionalWrite write) {
        Map<String, Document> documents = collection(collection);
        Document filter = mutate(write.filter());
        String id = filter.getString("_id");
        Document current = documents.get(id);
        if (current != null && !FilterEvaluator.matches(filter, current)) {
            return false;
        }
        switch (write) {
            case ConditionalWrite.Replace replace -> documents.put(id, StoredDocuments.of(replace.replacement()));
            case ConditionalWrite.Update update -> {
                Document changed = current == null ? new Document("_id", id) : current;
                FilterEvaluator.applyUpdate(changed, copy(update.update()), current == null);
                documents.put(id, changed);
            }
        }
        Document result = documents.get(id);
        if ((mutant == Mutant.DELETED_MIRRORS_ARE_REMOVED && result.getBoolean("deleted", false))
                || (mutant == Mutant.ZERO_ROLLUPS_ARE_DELETED
                        && result.containsKey("points")
                        && result.get("points", Number.class).longValue() == 0)) {
            documents.remove(id);
        }
        return true;
    }

    private Document mutate(Document filter) {
        Document changed = new Document(filter);
        switch (mutant) {
            case NO_WATERMARK_CONDITION -> changed.keySet().removeIf(name -> name.startsWith("w."));
            case WATERMARK_CONDITION_ACCEPTS_EQUAL ->
                changed.replaceAll((name, condition) -> {
                    if (!name.startsWith("w.")) {
                        return condition;
                    }
                    Object hi =
                            ((Document) condition).get("$not", Document.class).get("$gte");
                    return new Document("$not", new Document("$gt", hi));
                });
            case NO_MIRROR_CONDITION -> changed.remove("$or");
            case MIRROR_CONDITION_IGNORES_OFFSET ->
                changed.computeIfPresent("$or", (name, either) -> List.of(((List<?>) either).getFirst()));
            case MIRROR_CONDITION_ACCEPTS_EQUAL_VERSION ->
                changed.computeIfPresent("$or", (name, either) -> {
                    Object version = ((Document) ((List<?>) either).getFirst())
                            .get("version", Document.class)
                            .get("$lt");
                    return List.of(new Document("version", new Document("$lte", version)));
                });
            default -> {}
        }
        return changed;
    }

    private static Map<String, Map<String, Document>> copy(Map<String, Map<String, Document>> data) {
        Map<String, Map<String, Document>> copy = new HashMap<>();
        data.forEach((name, documents) -> {
            Map<String, Document> inner = new HashMap<>();
            documents.forEach((id, document) -> inner.put(id, copy(document)));
            copy.put(name, inner);
        });
        return copy;
    }

    /** Returns a copy that shares no mutable value with the document. */
    static Document copy(Document document) {
        Document copy = new Document();
        document.forEach((name, value) -> copy.put(name, copyValue(value)));
        return copy;
    }

    private static @Nullable Object copyValue(@Nullable Object value) {
        if (value instanceof Document inner) {
            return copy(inner);
        }
        if (value instanceof RawBsonDocument encoded) {
            return StoredDocuments.of(encoded);
        }
        return value instanceof List<?> list
                ? list.stream().map(SimulatedDocuments::copyValue).collect(Collectors.toList())
                : value;
    }
}
