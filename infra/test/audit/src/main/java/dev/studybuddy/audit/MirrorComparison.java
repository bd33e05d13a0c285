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

    static List<Finding> of(Map<AggregateKey, AggregateState> states, Map<AggregateKey, Document> mirrors) {
        List<Finding> findings = new ArrayList<>();
        states.forEach((key, state) -> {
            Document mirror = mirrors.get(key);
            if (mirror == null) {
                findings.add(finding(key, "is missing, but SQL has version " + state.version()));
            } else {
                compare(key, state, mirror, findings);
            }
        });
        mirrors.forEach((key, mirror) -> {
            if (!states.containsKey(key) && !isDeleted(mirror)) {
                findings.add(finding(key, "has no aggregate in SQL"));
            }
        });
        return findings;
    }

    /** Compares one mirror with its state. */
    static void compare(AggregateKey key, AggregateState state, Document mirror, List<Finding> findings) {
        if (state instanceof DeletedState deletion) {
            if (!isDeleted(mirror) || mirror.get("version", Number.class).longValue() != deletion.version()) {
                findings.add(finding(
                        key, "is " + mirror.toJson() + ", but SQL deleted it at version " + deletion.version()));
            }
            return;
        }
        Map<String, Object> expected = stateFields(Document.parse(EventJson.write(state)));
        Map<String, Object> found = stateFields(mirror);
        if (!found.equals(expected)) {
            findings.add(finding(key, "is " + found + ", but SQL has " + expected));
        }
        if (!key.id().equals(mirror.getString("_originalId"))
                || !SOURCE.equals(mirror.getString("_source"))
                || mirror.get("_syncedAt") == null
                || mirror.get("offset") == null) {
            findings.add(finding(key, "lacks a field that names its origin: " + mirror.toJson()));
        }
    }

    /**
     * Returns the fields of the state, without the id, which is the key, and without nulls. All numbers have one type.
     */
    private static Map<String, Object> stateFields(Document document) {
        Map<String, Object> fields = new TreeMap<>();
        document.forEach((name, value) -> {
            boolean added = name.startsWith("_") || name.equals("id") || name.equals("offset");
            if (!added && value != null) {
                fields.put(name, value instanceof Number number ? (Object) number.longValue() : value);
            }
        });
        return fields;
    }

    private static boolean isDeleted(Document mirror) {
        return mirror.getBoolean("deleted", false);
    }

    private static Finding finding(AggregateKey key, String what) {
        return new Finding("mirror", key.toString(), what);
    }
}
