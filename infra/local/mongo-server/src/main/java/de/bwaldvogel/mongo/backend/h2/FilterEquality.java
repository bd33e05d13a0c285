package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the conditions on single fields that every document must satisfy to match a filter. */
final class FilterEquality {

    private FilterEquality() {}

    /** Returns the condition on the field, at the top of the filter or in its {@code $and}, or empty if none exists. */
    static Optional<Object> condition(String field, Document filter) {
        Object direct = filter.get(field);
        if (direct != null) {
            return Optional.of(direct);
        }
        if (filter.get("$and") instanceof Collection<?> parts) {
            for (Object part : parts) {
                if (part instanceof Document inner && inner.get(field) != null) {
                    return Optional.of(inner.get(field));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Returns all conditions by their fields, or empty if the filter has two conditions on one field, or an operator
     * other than {@code $and} at its top.
     */
    static Optional<Map<String, Object>> conditions(Document filter) {
        Map<String, Object> conditions = new LinkedHashMap<>();
        List<Document> parts = new ArrayList<>(List.of(filter));
        while (!parts.isEmpty()) {
            for (Map.Entry<String, Object> condition : parts.removeLast().entrySet()) {
                if (condition.getKey().equals("$and") && condition.getValue() instanceof Collection<?> inner) {
                    inner.forEach(part -> parts.add((Document) part));
                } else if (condition.getKey().startsWith("$")
                        || condition.getValue() == null
                        || conditions.put(condition.getKey(), condition.getValue()) != null) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(conditions);
    }

    /** Returns the texts of which the field must have one, or empty if the filter is no equality with texts. */
    static Optional<List<String>> texts(String field, Document filter) {
        return condition(field, filter).flatMap(FilterEquality::asTexts);
    }

    private static Optional<List<String>> asTexts(Object condition) {
        if (condition instanceof String text) {
            return Optional.of(List.of(text));
        }
        if (condition instanceof Document operators && operators.containsKey("$eq")) {
            return operators.get("$eq") instanceof String text ? Optional.of(List.of(text)) : Optional.empty();
        }
        if (condition instanceof Document operators && operators.get("$in") instanceof Collection<?> values) {
            return values.stream().allMatch(String.class::isInstance)
                    ? Optional.of(
                            values.stream().map(String.class::cast).distinct().toList())
                    : Optional.empty();
        }
        return Optional.empty();
    }
}
