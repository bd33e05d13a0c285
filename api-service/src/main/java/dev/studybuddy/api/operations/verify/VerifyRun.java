package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.operations.verify.VerifyCursor.Phase;
import dev.studybuddy.contract.AggregateType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Compares one generation, from the position that an earlier attempt reached. Each recorded position comes with the
 * findings up to it, so that a take-over neither loses nor repeats a finding.
 */
final class VerifyRun {

    private static final int MAX_REPAIRED = 10_000;
    private static final int MAX_AGGREGATES_PER_PROGRESS = 1000;

    /** A verify that expects at least this number of aggregates records its progress about this many times or more. */
    private static final int MIN_STEPS = 100;

    private final ReadGeneration generation;
    private final MirrorCheck check;
    private final JobContext job;
    private final VerifyProgress progress;
    private final VerifyFindings findings;
    private final List<MirrorDifference> differences;
    private final VerifyCursor start;

    private VerifyRun(
            ReadGeneration generation,
            MirrorCheck check,
            JobContext job,
            VerifyProgress progress,
            VerifyFindings findings,
            VerifyCursor start) {
        this.generation = generation;
        this.check = check;
        this.job = job;
        this.progress = progress;
        this.findings = findings;
        this.differences = new ArrayList<>(findings.listedDifferences());
        this.start = start;
    }

    /**
     * Returns a run from the beginning.
     *
     * @param result receives the findings
     */
    static VerifyRun begin(
            ReadGeneration generation, MirrorCheck check, JobContext job, VerifyProgress progress, ObjectNode result) {
        VerifyFindings findings = VerifyFindings.begin(generation.model(), generation.number(), result);
        VerifyCursor start = new VerifyCursor(generation.model(), generation.number(), Phase.MIRRORS, "", "");
        progress.record(start);
        return new VerifyRun(generation, check, job, progress, findings, start);
    }

    /**
     * Returns a run from the job's position; empty if the job has none in this generation, or if an earlier version of
     * this program recorded it.
     *
     * @param result holds the findings up to the position, and receives the later ones
     */
    static Optional<VerifyRun> resume(
            ReadGeneration generation, MirrorCheck check, JobContext job, VerifyProgress progress, ObjectNode result) {
        return VerifyCursor.parse(job.cursor())
                .filter(cursor -> cursor.model().equals(generation.model()))
                .filter(cursor -> cursor.generation() == generation.number())
                .filter(cursor -> VerifyFindings.canResume(result))
                .map(cursor -> new VerifyRun(generation, check, job, progress, VerifyFindings.resume(result), cursor));
    }

    VerifyFindings findings() {
        return findings;
    }

    /**
     * Returns the confirmed differences. After a take-over, these are the differences that the result lists, and those
     * that were found since then.
     */
    List<MirrorDifference> differences() {
        return differences;
    }

    /** Compares the mirrors of each type. */
    void compareMirrors() {
        if (start.phase() != Phase.MIRRORS) {
            return;
        }
        boolean reached = start.type().isEmpty();
        for (AggregateType type : generation.reads().stream().sorted().toList()) {
            boolean resumed = !reached && type.code().equals(start.type());
            reached = reached || resumed;
            if (reached) {
                String after = resumed ? start.after() : "";
                check.compareAll(type, after, id -> recordCompared(type, id), this::addDifference);
            }
        }
    }

    private void addDifference(MirrorDifference difference) {
        findings.addDifference(difference);
        if (differences.size() < MAX_REPAIRED) {
            differences.add(difference);
        }
    }

    private void recordCompared(AggregateType type, String id) {
        findings.addCompared();
        Long expected = progress.expected();
        long step = expected == null
                ? MAX_AGGREGATES_PER_PROGRESS
                : Math.clamp(expected / MIN_STEPS, 1, MAX_AGGREGATES_PER_PROGRESS);
        // No page of rows can start at an id that no row can have.
        if (findings.compared() % step == 0 && AggregateIds.parse(id).isPresent()) {
            record(Phase.MIRRORS, type.code(), id);
        }
    }

    /** Compares the totals of users, and then the global totals. */
    void compareTotals(TotalsDefinition definition, Duration settleTimeout) {
        JournalBarrier journalBarrier = new JournalBarrier(generation, job, settleTimeout);
        if (start.phase().compareTo(Phase.USERS) <= 0) {
            new UserTotalsCheck(generation, definition.contributionFunction(), journalBarrier, job)
                    .checkAll(
                            start.phase() == Phase.USERS ? start.after() : "",
                            findings::addWrongTotal,
                            findings::addUnsettledTotals,
                            user -> record(Phase.USERS, "", user));
        }
        if (start.phase().compareTo(Phase.GLOBALS) <= 0) {
            new GlobalTotalsCheck(generation, definition, journalBarrier, job)
                    .checkAll(
                            start.phase() == Phase.GLOBALS ? start.after() : "",
                            findings::addWrongTotal,
                            findings::addUnsettledTotals,
                            period -> record(Phase.GLOBALS, "", period));
        }
    }

    /** Records that everything is compared. */
    void endComparison() {
        if (start.phase() != Phase.REPAIR) {
            record(Phase.REPAIR, "", "");
        }
    }

    private void record(Phase phase, String type, String after) {
        findings.setUnsettled(check.unsettled());
        progress.record(new VerifyCursor(generation.model(), generation.number(), phase, type, after));
    }
}
