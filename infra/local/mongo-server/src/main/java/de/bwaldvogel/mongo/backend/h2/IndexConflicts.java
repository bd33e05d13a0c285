package de.bwaldvogel.mongo.backend.h2;

import static java.util.Objects.requireNonNull;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Rejects an index that conflicts with an existing one, as MongoDB does. The library accepts every index. Without this
 * check, a program whose indexes changed would therefore start on the stand-in and fail on MongoDB.
 */
final class IndexConflicts {

    private static final int INDEX_OPTIONS_CONFLICT = 85;
    private static final int INDEX_KEY_SPECS_CONFLICT = 86;
    private static final List<String> OPTIONS = List.of("unique", "sparse", "expireAfterSeconds");

    private IndexConflicts() {}

    /**
     * Checks a new index against the existing ones of its collection.
     *
     * @throws MongoServerError with code 86 if an index of the same name has other keys, or with code 85 if an index of
     *     the same keys has another name or other options
     */
    static void check(Document requested, Iterable<Document> existing) {
        for (Document present : existing) {
            boolean sameName = Objects.equals(present.get("name"), requested.get("name"));
            boolean sameKeys = keys(present).equals(keys(requested));
            if (sameName && !sameKeys) {
                throw new MongoServerError(
                        INDEX_KEY_SPECS_CONFLICT,
                        "IndexKeySpecsConflict",
                        "An existing index has the same name as the requested index. Requested index: " + requested
                                + ", existing index: " + present);
            }
            if (sameKeys && !sameName) {
                throw new MongoServerError(
                        INDEX_OPTIONS_CONFLICT,
                        "IndexOptionsConflict",
                        "Index already exists with a different name: " + present.get("name"));
            }
            if (sameKeys && !options(present).equals(options(requested))) {
                throw new MongoServerError(
                        INDEX_OPTIONS_CONFLICT,
                        "IndexOptionsConflict",
                        "An equivalent index already exists with the same name but different options. Requested index: "
                                + requested + ", existing index: " + present);
            }
        }
    }

    /** Returns the keys in their order, as text that does not depend on the numeric type of a direction. */
    private static List<String> keys(Document index) {
        List<String> keys = new ArrayList<>();
        for (Map.Entry<String, Object> key :
                requireNonNull((Document) index.get("key")).entrySet()) {
            Object direction =
                    key.getValue() instanceof Number number ? Integer.valueOf(number.intValue()) : key.getValue();
            keys.add(key.getKey() + ':' + direction);
        }
        return keys;
    }

    private static List<String> options(Document index) {
        return OPTIONS.stream()
                .map(option -> String.valueOf(index.getOrDefault(option, false)))
                .toList();
    }
}
