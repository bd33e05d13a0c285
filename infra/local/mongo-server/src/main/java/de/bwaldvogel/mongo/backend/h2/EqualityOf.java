package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.bson.Document;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Finds in a filter what it demands of one field for every document that matches. */
final class EqualityOf {

    private EqualityOf() {}

    /** The condition on the field, at the top of the filter or of an {@code $and} in it; empty where there is none. */
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

    /** The texts of which the field must have one; empty where the filter is no equality with texts. */
    static Optional<List<String>> texts(String field, Document filter) {
        return condition(field, filter).flatMap(EqualityOf::asTexts);
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
