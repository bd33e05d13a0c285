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
 * What the commonest changes make of a document: a replacement, and {@code $inc} of longs, {@code $set} and {@code $setOnInsert}
 * of plain values. The old document stays as it is; what did not change is shared with the new one. The library copies the whole
 * document three times for each change, and compares and measures the copies. Whatever is less simple is left to it.
 */
final class DirectChange {

    private static final String ID = "_id";

    private final Document changed;
    private final Set<Document> own = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean differs;

    private DirectChange(Document old) {
        changed = new Document(old);
        own.add(changed);
    }

    /**
     * What an update comes to.
     *
     * @param document after it
     * @param differs whether that is another than before
     */
    record Outcome(Document document, boolean differs) {}

    /**
     * The document after an update; empty where only the library knows.
     *
     * @param old with its {@code _id}; only that for an insert
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
        return operators ? operated(old, update, insert) : replaced(old, update);
    }

    private static Optional<Outcome> replaced(Document old, Document update) {
        Object id = Objects.requireNonNull(old.get(ID), "a stored document has an _id");
        if (update.containsKey(ID) && !id.equals(update.get(ID))) {
            return Optional.empty();
        }
        Document replacement = new Document(ID, id);
        replacement.putAll(update);
        Utils.validateFieldNames(replacement);
        return Optional.of(new Outcome(replacement, !replacement.equals(old)));
    }

    private static Optional<Outcome> operated(Document old, Document update, boolean insert) {
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
            case "$inc" -> value instanceof Long amount && put(field.getKey(), null, amount);
            case "$set" -> isPlain(value) && put(field.getKey(), value, null);
            case "$setOnInsert" -> isPlain(value) && (!insert || put(field.getKey(), value, null));
            default -> false;
        };
    }

    /** Puts the value, or adds the amount. */
    private boolean put(String path, @Nullable Object value, @Nullable Long amount) {
        Document parent = changed;
        int from = 0;
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', from)) {
            String name = path.substring(from, dot);
            Document inner = isField(name) ? inner(parent, name) : null;
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

    /** The inner document, a copy of this change's own; null where something else is there. */
    private @Nullable Document inner(Document parent, String name) {
        Object there = parent.get(name);
        if (there == null ? parent.containsKey(name) : !(there instanceof Document)) {
            return null;
        }
        if (there instanceof Document document && own.contains(document)) {
            return document;
        }
        Document copy = there instanceof Document document ? new Document(document) : new Document();
        own.add(copy);
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
