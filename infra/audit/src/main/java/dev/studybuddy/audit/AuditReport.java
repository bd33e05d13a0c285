package dev.studybuddy.audit;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What an audit saw.
 *
 * @param aggregates how many SQL knows, the deleted ones of its outbox among them
 * @param records how many records the topics hold
 * @param repeats how many of them were there before
 * @param mirrors how many documents the mirrors hold
 * @param rollups how many documents of sums there are
 * @param pending how many events the outbox still holds back
 * @param findings what does not hold; empty where all is exact
 */
public record AuditReport(
        long aggregates, long records, long repeats, long mirrors, long rollups, long pending, List<Finding> findings) {

    private static final int TOLD = 30;

    public AuditReport {
        findings = List.copyOf(findings);
    }

    /** Whether SQL, the topics and MongoDB say the same. */
    public boolean exact() {
        return findings.isEmpty();
    }

    /** For a person: the counts, and the first findings. */
    public String describe() {
        String counts = "%d aggregates, %d records (%d repeats), %d mirrors, %d rollups, %d pending, %d findings"
                .formatted(aggregates, records, repeats, mirrors, rollups, pending, findings.size());
        return findings.stream()
                .limit(TOLD)
                .map(Finding::toString)
                .collect(Collectors.joining("\n  ", counts + (exact() ? "" : "\n  "), ""));
    }
}
