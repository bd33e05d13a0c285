package dev.studybuddy.audit;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.Sums;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.bson.Document;

/**
 * Recomputes every rollup from SQL's states and compares it with its document, field by field. A zero counts as absent.
 */
final class RollupComparison {

    private static final Set<String> OTHER_FIELDS = Set.of("_id", "kind", "period", "userId", "subject", "w");

    private RollupComparison() {}

    static List<Finding> of(
            ContributionFunction contributionFunction,
            Collection<AggregateState> states,
            Map<String, Document> rollups) {
        Sums expected = new Sums();
        states.forEach(state -> contributionFunction.add(expected, state, 1));
        List<Finding> findings = new ArrayList<>();
        Set<String> expectedIds = new HashSet<>();
        expected.forEach((key, amounts) -> {
            expectedIds.add(key.id());
            Document rollup = rollups.get(key.id());
            if (rollup == null) {
                findings.add(new Finding("rollup", key.id(), "is missing, but SQL's sum is " + amounts));
            } else {
                compare(key, amounts, rollup, findings);
            }
        });
        rollups.forEach((id, rollup) -> {
            Map<String, Long> found = amounts(rollup);
            if (!expectedIds.contains(id) && !found.isEmpty()) {
                findings.add(new Finding("rollup", id, "is " + found + ", but SQL has no amounts for it"));
            }
        });
        return findings;
    }

    /** Compares one rollup with its amounts. */
    static void compare(RollupKey key, Map<String, Long> expected, Document rollup, List<Finding> findings) {
        Map<String, Long> found = amounts(rollup);
        if (!found.equals(expected)) {
            findings.add(new Finding("rollup", key.id(), "is " + found + ", but SQL's sum is " + expected));
        }
        if (!key.kind().equals(rollup.getString("kind"))
                || !key.period().equals(rollup.getString("period"))
                || !Objects.equals(key.userId(), rollup.getString("userId"))) {
            findings.add(new Finding("rollup", key.id(), "has fields that contradict its id: " + rollup.toJson()));
        }
    }

    /** Returns the amounts of a rollup by dotted path, without zeros. */
    static Map<String, Long> amounts(Document rollup) {
        Map<String, Long> amounts = new TreeMap<>();
        rollup.forEach((name, value) -> {
            if (!OTHER_FIELDS.contains(name)) {
                flatten(name, value, amounts);
            }
        });
        return amounts;
    }

    private static void flatten(String path, Object value, Map<String, Long> amounts) {
        if (value instanceof Document inner) {
            inner.forEach((name, one) -> flatten(path + '.' + name, one, amounts));
        } else if (value instanceof Number number && number.longValue() != 0) {
            amounts.put(path, number.longValue());
        }
    }
}
