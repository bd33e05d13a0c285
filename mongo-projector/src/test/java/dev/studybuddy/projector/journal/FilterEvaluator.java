package dev.studybuddy.projector.journal;

import java.util.List;
import java.util.Map;
import org.bson.Document;

/** Evaluates the filters and updates that the protocol uses in the same way as MongoDB. */
final class FilterEvaluator {

    private FilterEvaluator() {}

    static boolean matches(Document filter, Document document) {
        return filter.entrySet().stream().allMatch(one -> matches(one, document));
    }

    private static boolean matches(Map.Entry<String, Object> condition, Document document) {
        if (condition.getKey().equals("$or")) {
            return ((List<?>) condition.getValue()).stream().anyMatch(one -> matches((Document) one, document));
        }
        Object actual = valueAt(document, condition.getKey());
        if (condition.getValue() instanceof Document operator) {
            Object not = operator.get("$not");
            return not == null ? matchesOperator(operator, actual) : !matchesOperator((Document) not, actual);
        }
        if (actual instanceof Number number && condition.getValue() instanceof Number wanted) {
            return number.longValue() == wanted.longValue();
        }
        return condition.getValue().equals(actual);
    }

    private static boolean matchesOperator(Document operator, Object actual) {
        String name = operator.keySet().iterator().next();
        if (name.equals("$exists")) {
            return operator.getBoolean(name) == (actual != null);
        }
        long wanted = operator.get(name, Number.class).longValue();
        if (!(actual instanceof Number number)) {
            return false;
        }
        long value = number.longValue();
        return switch (name) {
            case "$gte" -> value >= wanted;
            case "$gt" -> value > wanted;
            case "$lt" -> value < wanted;
            case "$lte" -> value <= wanted;
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Applies an update to a document. A new document has only its id before. */
    static void applyUpdate(Document document, Document update, boolean inserted) {
        update.get("$inc", new Document())
                .forEach((path, amount) -> setValue(document, path, toLong(valueAt(document, path)) + toLong(amount)));
        update.get("$set", new Document()).forEach((path, value) -> setValue(document, path, value));
        if (inserted) {
            update.get("$setOnInsert", new Document()).forEach((path, value) -> setValue(document, path, value));
        }
    }

    private static long toLong(Object value) {
        return value == null ? 0 : ((Number) value).longValue();
    }

    private static Object valueAt(Document document, String path) {
        Object current = document;
        for (String name : path.split("\\.", -1)) {
            current = current instanceof Document inner ? inner.get(name) : null;
        }
        return current;
    }

    private static void setValue(Document document, String path, Object value) {
        String[] names = path.split("\\.", -1);
        Document current = document;
        for (int i = 0; i < names.length - 1; i++) {
            current = (Document) current.computeIfAbsent(names[i], any -> new Document());
        }
        current.put(names[names.length - 1], value);
    }
}
