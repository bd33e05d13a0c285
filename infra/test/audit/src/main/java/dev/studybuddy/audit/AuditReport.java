package dev.studybuddy.audit;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An audit report holds the result of an audit.
 *
 * @param aggregates the number of aggregates in SQL, including the deleted ones that its outbox still has
 * @param records the number of records in the topics
 * @param repeats the number of records in the topics that are repeats
 * @param mirrors the number of mirrors in MongoDB
 * @param rollups the number of rollups in MongoDB
 * @param pending the number of pending events in the outbox
 * @param findings the differences and faults that the audit found; empty if there are none
 */
public record AuditReport(
        long aggregates, long records, long repeats, long mirrors, long rollups, long pending, List<Finding> findings) {

    private static final int DESCRIBED_FINDINGS_MAX = 30;

    public AuditReport {
        findings = List.copyOf(findings);
    }

    /** Returns whether SQL, the topics and MongoDB agree. */
    public boolean exact() {
        return findings.isEmpty();
    }

    /** Returns the counts and the first findings as text for a person. */
    public String describe() {
        String counts = "%d aggregates, %d records (%d repeats), %d mirrors, %d rollups, %d pending, %d findings"
                .formatted(aggregates, records, repeats, mirrors, rollups, pending, findings.size());
        return findings.stream()
                .limit(DESCRIBED_FINDINGS_MAX)
                .map(Finding::toString)
                .collect(Collectors.joining("\n  ", counts + (exact() ? "" : "\n  "), ""));
    }
}
