package dev.studybuddy.api.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/** The sums of a rollup document, by dotted path and without zeros: comparable with what is expected. */
final class Amounts {

    private static final Set<String> NO_SUMS = Set.of("_id", "kind", "period", "userId", "subject", "w");

    private Amounts() {}

    static Map<String, Long> of(Document rollup) {
        Map<String, Long> amounts = new HashMap<>();
        rollup.forEach((field, value) -> {
            if (!NO_SUMS.contains(field)) {
                collect(field, value, amounts);
            }
        });
        return amounts;
    }

    /** What the first has more than the second. */
    static Map<String, Long> difference(Map<String, Long> found, Map<String, Long> expected) {
        Set<String> paths = new HashSet<>(found.keySet());
        paths.addAll(expected.keySet());
        Map<String, Long> difference = new HashMap<>();
        for (String path : paths) {
            long more = found.getOrDefault(path, 0L) - expected.getOrDefault(path, 0L);
            if (more != 0) {
                difference.put(path, more);
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
