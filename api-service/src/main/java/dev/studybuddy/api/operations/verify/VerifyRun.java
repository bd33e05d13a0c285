package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.operations.verify.VerifyCursor.Phase;
import dev.studybuddy.contract.AggregateType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares one generation, from the position that an earlier attempt reached. Each recorded position comes with the
 * findings up to it, so that a take-over neither loses nor repeats one.
 */
final class VerifyRun {

    private static final int MAX_REPAIRED = 10_000;
    private static final int MAX_AGGREGATES_PER_PROGRESS = 1000;

    /** A smaller verify records its progress at least this often. */
    private static final int MIN_STEPS = 100;

    private final ReadGeneration generation;
    private final MirrorCheck check;
    private final JobContext job;
    private final VerifyReport report;
    private final List<Drift> drifts;
    private final VerifyCursor start;
    private final long expected;

    private VerifyRun(
            ReadGeneration generation,
            MirrorCheck check,
            JobContext job,
            VerifyReport report,
            VerifyCursor start,
            long expected) {
        this.generation = generation;
        this.check = check;
        this.job = job;
        this.report = report;
        this.drifts = new ArrayList<>(report.listedDrifts());
        this.start = start;
        this.expected = expected;
    }

    /** Returns a run from the beginning. */
    static VerifyRun begin(ReadGeneration generation, MirrorCheck check, JobContext job, long expected) {
        VerifyReport report = VerifyReport.begin(generation.model(), generation.number(), job.result());
        VerifyCursor start = new VerifyCursor(generation.number(), Phase.MIRRORS, "", "");
        job.progress(start.text(), 0, expected);
        return new VerifyRun(generation, check, job, report, start, expected);
    }

    /** Returns a run from the job's position; empty if the job has none in this generation. */
    static Optional<VerifyRun> resume(ReadGeneration generation, MirrorCheck check, JobContext job) {
        return VerifyCursor.parse(job.cursor())
                .filter(cursor -> cursor.generation() == generation.number())
                .map(cursor -> new VerifyRun(
                        generation,
                        check,
                        job,
                        VerifyReport.resume(job.result()),
                        cursor,
                        job.total() == null ? 0 : job.total()));
    }

    VerifyReport report() {
        return report;
    }

    /** Returns the confirmed differences. After a take-over, these are the listed ones and those found since. */
    List<Drift> drifts() {
        return drifts;
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
                check.compareAll(type, after, id -> recordCompared(type, id), this::addDrift);
            }
        }
    }

    private void addDrift(Drift drift) {
        report.addDrift(drift);
        if (drifts.size() < MAX_REPAIRED) {
            drifts.add(drift);
        }
    }

    private void recordCompared(AggregateType type, String id) {
        report.addCompared();
        long step = Math.clamp(expected / MIN_STEPS, 1, MAX_AGGREGATES_PER_PROGRESS);
        // No page of rows can start at an id that no row can have.
        if (report.compared() % step == 0 && AggregateIds.parse(id).isPresent()) {
            record(new VerifyCursor(generation.number(), Phase.MIRRORS, type.code(), id));
        }
    }

    /** Compares the totals of users, and then those of everyone. */
    void compareTotals(TotalsDefinition definition, Duration patience) {
        JournalBarrier journalBarrier = new JournalBarrier(generation, job, patience);
        if (start.phase().compareTo(Phase.USERS) <= 0) {
            new UserTotalsCheck(generation, definition.contributionFunction(), journalBarrier, job)
                    .checkAll(
                            start.phase() == Phase.USERS ? start.after() : "",
                            report::addWrongTotal,
                            report::addUnsettledUser,
                            user -> record(new VerifyCursor(generation.number(), Phase.USERS, "", user)));
        }
        if (start.phase().compareTo(Phase.GLOBALS) <= 0) {
            new GlobalTotalsCheck(generation, definition, journalBarrier, job)
                    .checkAll(
                            start.phase() == Phase.GLOBALS ? start.after() : "",
                            report::addWrongTotal,
                            report::addUnsettledUser,
                            period -> record(new VerifyCursor(generation.number(), Phase.GLOBALS, "", period)));
        }
    }

    /** Records that everything is compared. */
    void endComparison() {
        if (start.phase() != Phase.REPAIR) {
            record(new VerifyCursor(generation.number(), Phase.REPAIR, "", ""));
        }
    }

    private void record(VerifyCursor reached) {
        report.setUnsettled(check.unsettled());
        job.progress(reached.text(), report.compared(), Math.max(expected, report.compared()));
    }
}
