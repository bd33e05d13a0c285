package dev.studybuddy.projector.journal;

import java.util.List;
import java.util.Map;
import org.bson.Document;

/** The few shapes of filters and updates that the protocol uses, with MongoDB's meaning. */
final class Guards {

    private Guards() {}

    static boolean matches(Document filter, Document document) {
        return filter.entrySet().stream().allMatch(one -> matches(one, document));
    }

    private static boolean matches(Map.Entry<String, Object> condition, Document document) {
        if (condition.getKey().equals("$or")) {
            return ((List<?>) condition.getValue()).stream().anyMatch(one -> matches((Document) one, document));
        }
        Object actual = at(document, condition.getKey());
        if (condition.getValue() instanceof Document operator) {
            Object not = operator.get("$not");
            return not == null ? compares(operator, actual) : !compares((Document) not, actual);
        }
        if (actual instanceof Number number && condition.getValue() instanceof Number wanted) {
            return number.longValue() == wanted.longValue();
        }
        return condition.getValue().equals(actual);
    }

    private static boolean compares(Document operator, Object actual) {
        String name = operator.keySet().iterator().next();
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

    /** Applies an update to a document, which is new where it has only its id. */
    static void update(Document document, Document update, boolean inserted) {
        update.get("$inc", new Document())
                .forEach((path, amount) -> put(document, path, number(at(document, path)) + number(amount)));
        update.get("$set", new Document()).forEach((path, value) -> put(document, path, value));
        if (inserted) {
            update.get("$setOnInsert", new Document()).forEach((path, value) -> put(document, path, value));
        }
    }

    private static long number(Object value) {
        return value == null ? 0 : ((Number) value).longValue();
    }

    private static Object at(Document document, String path) {
        Object at = document;
        for (String name : path.split("\\.", -1)) {
            at = at instanceof Document inner ? inner.get(name) : null;
        }
        return at;
    }

    private static void put(Document document, String path, Object value) {
        String[] names = path.split("\\.", -1);
        Document at = document;
        for (int i = 0; i < names.length - 1; i++) {
            at = (Document) at.computeIfAbsent(names[i], any -> new Document());
        }
        at.put(names[names.length - 1], value);
    }
}
