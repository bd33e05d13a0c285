package dev.studybuddy.api.operations.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/**
 * Reads the sums of a rollup document, by dotted path and without zeros, so that they can be compared with the expected
 * sums.
 */
final class RollupAmounts {

    private static final Set<String> FIELDS_WITHOUT_SUMS = Set.of("_id", "kind", "period", "userId", "subject", "w");

    private RollupAmounts() {}

    static Map<String, Long> of(Document rollup) {
        Map<String, Long> amounts = new HashMap<>();
        rollup.forEach((field, value) -> {
            if (!FIELDS_WITHOUT_SUMS.contains(field)) {
                collect(field, value, amounts);
            }
        });
        return amounts;
    }

    /** Returns the excess of {@code found} over {@code expected}, by path. Paths with equal amounts are omitted. */
    static Map<String, Long> difference(Map<String, Long> found, Map<String, Long> expected) {
        Set<String> paths = new HashSet<>(found.keySet());
        paths.addAll(expected.keySet());
        Map<String, Long> difference = new HashMap<>();
        for (String path : paths) {
            long excess = found.getOrDefault(path, 0L) - expected.getOrDefault(path, 0L);
            if (excess != 0) {
                difference.put(path, excess);
            }
        }
        return difference;
    }

    private static void collect(String path, Object value, Map<String, Long> amounts) {
        if (value instanceof Document document) {
            document.forEach((field, inner) -> collect(path + '.' + field, inner, amounts));
        } else if (value instanceof Number number && number.longValue() != 0) {
            amounts.put(path, number.longValue());
        }
    }
}
