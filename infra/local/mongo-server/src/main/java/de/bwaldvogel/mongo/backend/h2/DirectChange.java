package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calculates the result of the most frequent changes of a document: a replacement, {@code $inc} of longs, and {@code
 * $set} and {@code $setOnInsert} of plain values. The old document stays unchanged, and the new one shares its
 * unchanged parts. The library calculates all other changes. It is slower, because it copies the whole document three
 * times for each change, and compares and measures the copies.
 */
final class DirectChange {

    private static final String ID = "_id";

    private final Document changed;
    private final Set<Document> copies = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean differs;

    private DirectChange(Document old) {
        changed = new Document(old);
        copies.add(changed);
    }

    /**
     * An outcome is the result of an update.
     *
     * @param document the document after the update
     * @param differs whether the update changed the document
     */
    record Outcome(Document document, boolean differs) {}

    /**
     * Returns the document after an update, or empty if the library must calculate it.
     *
     * @param old the document before the update; for an insert it contains only the {@code _id}
     * @param update the operators, or the replacement
     * @param insert whether the update inserts the document
     */
    static Optional<Outcome> of(Document old, Document update, boolean insert) {
        boolean operators = false;
        for (String key : update.keySet()) {
            if (key.startsWith("$")) {
                operators = true;
            } else if (operators) {
                return Optional.empty();
            }
        }
        return operators ? applyOperators(old, update, insert) : replace(old, update);
    }

    private static Optional<Outcome> replace(Document old, Document update) {
        Object id = Objects.requireNonNull(old.get(ID), "a stored document has an _id");
        if (update.containsKey(ID) && !id.equals(update.get(ID))) {
            return Optional.empty();
        }
        Document replacement = new Document(ID, id);
        replacement.putAll(update);
        Utils.validateFieldNames(replacement);
        return Optional.of(new Outcome(replacement, !replacement.equals(old)));
    }

    private static Optional<Outcome> applyOperators(Document old, Document update, boolean insert) {
        DirectChange change = new DirectChange(old);
        Set<String> paths = new HashSet<>();
        for (Map.Entry<String, Object> operator : update.entrySet()) {
            if (!(operator.getValue() instanceof Document fields)) {
                return Optional.empty();
            }
            for (Map.Entry<String, Object> field : fields.entrySet()) {
                if (!paths.add(field.getKey()) || !change.apply(operator.getKey(), field, insert)) {
                    return Optional.empty();
                }
            }
        }
        for (String path : paths) {
            for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
                if (paths.contains(path.substring(0, dot))) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new Outcome(change.changed, change.differs));
    }

    private boolean apply(String operator, Map.Entry<String, Object> field, boolean insert) {
        Object value = field.getValue();
        return switch (operator) {
            case "$inc" -> value instanceof Long amount && setOrAdd(field.getKey(), null, amount);
            case "$set" -> isPlain(value) && setOrAdd(field.getKey(), value, null);
            case "$setOnInsert" -> isPlain(value) && (!insert || setOrAdd(field.getKey(), value, null));
            default -> false;
        };
    }

    /** Sets the value, or adds the amount if it is not null. Returns false if the library must calculate the change. */
    private boolean setOrAdd(String path, @Nullable Object value, @Nullable Long amount) {
        Document parent = changed;
        int from = 0;
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', from)) {
            String name = path.substring(from, dot);
            Document inner = isField(name) ? innerCopy(parent, name) : null;
            if (inner == null) {
                return false;
            }
            parent = inner;
            from = dot + 1;
        }
        String name = path.substring(from);
        if (!isField(name) || (from == 0 && name.equals(ID))) {
            return false;
        }
        Object before = parent.get(name);
        Object after = amount == null ? value : sum(before, amount);
        if (after == null || (before instanceof Number && before.getClass() != after.getClass())) {
            return false;
        }
        if (!after.equals(before)) {
            differs = true;
            parent.put(name, after);
        }
        return true;
    }

    private static @Nullable Long sum(@Nullable Object before, long amount) {
        if (before == null) {
            return amount;
        }
        return before instanceof Long number ? (Long) (number + amount) : null;
    }

    /** Returns a copy of the inner document, which this change may modify, or null if the field has another value. */
    private @Nullable Document innerCopy(Document parent, String name) {
        Object present = parent.get(name);
        if (present == null ? parent.containsKey(name) : !(present instanceof Document)) {
            return null;
        }
        if (present instanceof Document document && copies.contains(document)) {
            return document;
        }
        Document copy = present instanceof Document document ? new Document(document) : new Document();
        copies.add(copy);
        parent.put(name, copy);
        return copy;
    }

    private static boolean isField(String name) {
        return !name.isEmpty() && name.charAt(0) != '$';
    }

    private static boolean isPlain(@Nullable Object value) {
        return value != null && !(value instanceof Map<?, ?>) && !(value instanceof Collection<?>);
    }
}
