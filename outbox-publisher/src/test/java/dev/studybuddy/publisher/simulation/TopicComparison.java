package dev.studybuddy.publisher.simulation;

import dev.studybuddy.publisher.ordering.OutboxRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the topic with what was written, after the system is idle. */
final class TopicComparison {

    private TopicComparison() {}

    /** This record identifies a version of an aggregate, regardless of the shard of its rows. */
    record Version(String id, long version) {}

    /**
     * Returns the violations that the topic shows.
     *
     * @param written the highest version of each aggregate
     * @param deadLetters the versions that were dead-lettered at any time, which may arrive late or never
     */
    static List<Violation> of(List<OutboxRow> topic, Map<String, Long> written, Set<Version> deadLetters) {
        List<Violation> violations = new ArrayList<>();
        Map<String, Long> highest = new HashMap<>();
        Map<Version, Boolean> seen = new HashMap<>();
        for (OutboxRow row : topic) {
            String id = row.aggregate().id();
            seen.put(new Version(id, row.version()), true);
            long previous = highest.getOrDefault(id, 0L);
            for (long missing = previous + 1; missing < row.version(); missing++) {
                if (!deadLetters.contains(new Version(id, missing))) {
                    violations.add(new Violation(
                            Violation.Kind.OUT_OF_ORDER, id + " " + row.version() + " came before " + missing));
                }
            }
            highest.put(id, Math.max(previous, row.version()));
        }
        written.forEach((id, last) -> {
            for (long version = 1; version <= last; version++) {
                Version expected = new Version(id, version);
                if (!seen.containsKey(expected) && !deadLetters.contains(expected)) {
                    violations.add(new Violation(Violation.Kind.LOST, id + " " + version));
                }
            }
        });
        return violations;
    }
}
