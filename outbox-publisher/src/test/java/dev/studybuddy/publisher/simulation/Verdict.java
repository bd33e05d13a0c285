package dev.studybuddy.publisher.simulation;

import dev.studybuddy.publisher.publish.OutboxRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the topic with what was written, when all is quiet. */
final class Verdict {

    private Verdict() {}

    /** A version of an aggregate, whatever shard its rows stand in. */
    record Version(String id, long version) {}

    /**
     * What the topic shows.
     *
     * @param written the highest version of each aggregate
     * @param dead versions that were dead-lettered at any time: they may come late or never
     */
    static List<Violation> of(List<OutboxRow> topic, Map<String, Long> written, Set<Version> dead) {
        List<Violation> violations = new ArrayList<>();
        Map<String, Long> highest = new HashMap<>();
        Map<Version, Boolean> seen = new HashMap<>();
        for (OutboxRow row : topic) {
            String id = row.aggregate().id();
            seen.put(new Version(id, row.version()), true);
            long before = highest.getOrDefault(id, 0L);
            for (long missing = before + 1; missing < row.version(); missing++) {
                if (!dead.contains(new Version(id, missing))) {
                    violations.add(new Violation(
                            Violation.Kind.OUT_OF_ORDER, id + " " + row.version() + " came before " + missing));
                }
            }
            highest.put(id, Math.max(before, row.version()));
        }
        written.forEach((id, last) -> {
            for (long version = 1; version <= last; version++) {
                Version one = new Version(id, version);
                if (!seen.containsKey(one) && !dead.contains(one)) {
                    violations.add(new Violation(Violation.Kind.LOST, id + " " + version));
                }
            }
        });
        return violations;
    }
}
