package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobFailedException;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.operations.backup.Snapshots;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.GenerationStore;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Compares the whole of CockroachDB with a read model or with all of them, one after the other, and repairs the drift
 * that a snapshot or a delete can correct.
 */
@Component
final class VerifyJob implements JobHandler {

    /** The jobs that compare CockroachDB with a read model have this kind. */
    static final String KIND = "verify";

    /** A job that verifies all read models has this subject, which is the name of no read model. */
    static final String ALL_MODELS = "*";

    /** This setting of a verify states whether the verify repairs the drift that it finds. */
    static final String REPAIR = "repair";

    private final Snapshots snapshots;
    private final ModelVerify modelVerify;
    private final GenerationStore store;

    VerifyJob(Snapshots snapshots, ModelVerify modelVerify, MongoDatabases databases) {
        this.snapshots = snapshots;
        this.modelVerify = modelVerify;
        this.store = new GenerationStore(databases.jobs());
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Map<String, ?> emptyResult() {
        Map<String, @Nullable Object> empty = new HashMap<>();
        VerifyFindings.LISTS.forEach(list -> empty.put(list, List.of()));
        empty.put("compared", 0);
        empty.put("repaired", 0);
        empty.put("repairsPending", 0);
        empty.put("notRepaired", 0);
        empty.put("consistent", null);
        return empty;
    }

    @Override
    public Optional<Class<? extends Record>> resultType() {
        return Optional.of(VerifyResult.class);
    }

    @Override
    public void run(JobContext job) {
        String model = job.settings().path("model").asString("");
        if (model.isEmpty()) {
            verifyAll(job);
        } else {
            verifyOne(model, job);
        }
    }

    private void verifyOne(String model, JobContext job) {
        GenerationRecord record = store.read(model).orElseGet(() -> GenerationRecord.empty(model));
        VerifyProgress progress = new VerifyProgress(job, expect(List.of(record), job), () -> {});
        try {
            modelVerify.run(record, job.result(), progress, job);
        } catch (GenerationReplacedException replaced) {
            throw new JobFailedException("Generation " + replaced.generation() + " of read model " + model
                    + " was replaced during the verify. Start another verify.");
        }
        progress.recordEnd();
    }

    private void verifyAll(JobContext job) {
        List<GenerationRecord> records = store.readAll();
        AllModelsFindings findings = VerifyCursor.parse(job.cursor()).isPresent()
                ? AllModelsFindings.resume(job.result())
                : AllModelsFindings.begin(job.result());
        List<GenerationRecord> verifiable =
                records.stream().filter(VerifyJob::isVerifiable).toList();
        VerifyProgress progress = new VerifyProgress(job, expect(verifiable, job), findings::addUp);
        Optional<GenerationRecord> next = findNext(records, findings);
        while (next.isPresent()) {
            verifyNext(next.get(), findings, progress, job);
            records = store.readAll();
            next = findNext(records, findings);
        }
        if (!findings.hasCompleted() && !findings.hasSkipped()) {
            throw new JobFailedException("No read model has an active generation that is not broken.");
        }
        findings.conclude(explain(records, findings));
        progress.recordEnd();
    }

    /**
     * Verifies one of several read models. If another generation of it is activated, its verify ends, and the job
     * continues with the other read models.
     */
    private void verifyNext(
            GenerationRecord record, AllModelsFindings findings, VerifyProgress progress, JobContext job) {
        try {
            modelVerify.run(record, findings.open(record.model()), progress, job);
            findings.complete();
        } catch (GenerationReplacedException replaced) {
            findings.skip(
                    record.model(),
                    "Its generation " + replaced.generation() + " was replaced during the verify. Start another verify"
                            + " of it.");
        }
    }

    /** Returns the record of the read model that is verified next; empty if none is left. */
    private static Optional<GenerationRecord> findNext(List<GenerationRecord> records, AllModelsFindings findings) {
        return records.stream()
                .filter(VerifyJob::isVerifiable)
                .filter(record -> !findings.hasCompleted(record.model()) && !findings.hasSkipped(record.model()))
                .min(Comparator.comparing(GenerationRecord::model));
    }

    private static boolean isVerifiable(GenerationRecord record) {
        return record.active() != null && record.stateOf(record.active()) != GenerationState.BROKEN;
    }

    /** Returns the reason for each read model that was not verified, by the name of the read model. */
    private static Map<String, String> explain(List<GenerationRecord> records, AllModelsFindings findings) {
        Map<String, String> reasons = new TreeMap<>();
        for (GenerationRecord record : records) {
            if (!findings.hasCompleted(record.model()) && !findings.hasSkipped(record.model())) {
                reasons.put(
                        record.model(),
                        record.active() == null
                                ? "It has no active generation."
                                : "Its active generation " + record.active() + " is broken and needs a rebuild.");
            }
        }
        return reasons;
    }

    /** Returns the expected number of aggregates to compare, or null if it is unknown. */
    private @Nullable Long expect(List<GenerationRecord> records, JobContext job) {
        if (job.cursor() != null) {
            return job.total();
        }
        List<OptionalLong> counts = records.stream().map(this::countAggregates).toList();
        return counts.stream().allMatch(OptionalLong::isPresent)
                ? counts.stream().mapToLong(OptionalLong::getAsLong).sum()
                : null;
    }

    private OptionalLong countAggregates(GenerationRecord record) {
        Integer active = record.active();
        return active == null ? OptionalLong.of(0) : snapshots.count(record.readsOf(active));
    }
}
