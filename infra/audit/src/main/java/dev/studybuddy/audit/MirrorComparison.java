package dev.studybuddy.audit;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.Document;

/** Compares mirrors with SQL's states, field by field. */
final class MirrorComparison {

    private static final String SOURCE = "cockroachdb";

    private MirrorComparison() {}

    static List<Finding> of(Map<AggregateKey, AggregateState> truth, Map<AggregateKey, Document> mirrors) {
        List<Finding> findings = new ArrayList<>();
        truth.forEach((key, state) -> {
            Document mirror = mirrors.get(key);
            if (mirror == null) {
                findings.add(finding(key, "is missing, SQL has version " + state.version()));
            } else {
                compare(key, state, mirror, findings);
            }
        });
        mirrors.forEach((key, mirror) -> {
            if (!truth.containsKey(key) && !deleted(mirror)) {
                findings.add(finding(key, "is unknown to SQL"));
            }
        });
        return findings;
    }

    private static void compare(AggregateKey key, AggregateState state, Document mirror, List<Finding> findings) {
        if (state instanceof DeletedState gone) {
            if (!deleted(mirror) || mirror.get("version", Number.class).longValue() != gone.version()) {
                findings.add(finding(key, "is " + mirror.toJson() + ", SQL deleted it at version " + gone.version()));
            }
            return;
        }
        Map<String, Object> expected = plain(Document.parse(EventJson.write(state)));
        Map<String, Object> found = plain(mirror);
        if (!found.equals(expected)) {
            findings.add(finding(key, "says " + found + ", SQL " + expected));
        }
        if (!key.id().equals(mirror.getString("_originalId"))
                || !SOURCE.equals(mirror.getString("_source"))
                || mirror.get("_syncedAt") == null
                || mirror.get("offset") == null) {
            findings.add(finding(key, "lacks where it came from: " + mirror.toJson()));
        }
    }

    /** The state alone: no id (it is the key), no absent values, numbers of one type. */
    private static Map<String, Object> plain(Document document) {
        Map<String, Object> fields = new TreeMap<>();
        document.forEach((name, value) -> {
            boolean ours = name.startsWith("_") || name.equals("id") || name.equals("offset");
            if (!ours && value != null) {
                fields.put(name, value instanceof Number number ? (Object) number.longValue() : value);
            }
        });
        return fields;
    }

    private static boolean deleted(Document mirror) {
        return mirror.getBoolean("deleted", false);
    }

    private static Finding finding(AggregateKey key, String what) {
        return new Finding("mirror", key.toString(), what);
    }
}
