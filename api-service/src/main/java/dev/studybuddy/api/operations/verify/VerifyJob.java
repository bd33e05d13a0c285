package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.operations.backup.Snapshots;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Compares the whole of CockroachDB with a read model, and repairs the drift that a snapshot or a delete can correct.
 */
@Component
final class VerifyJob implements JobHandler {

    /** The jobs that compare CockroachDB with a read model have this kind. */
    static final String KIND = "verify";

    private final Snapshots snapshots;
    private final MirrorChecks mirrorChecks;
    private final TotalsDefinitions definitions;
    private final DriftRepair repair;
    private final MongoDatabases databases;
    private final VerifyProperties properties;

    VerifyJob(
            Snapshots snapshots,
            MirrorChecks mirrorChecks,
            TotalsDefinitions definitions,
            DriftRepair repair,
            MongoDatabases databases,
            VerifyProperties properties) {
        this.snapshots = snapshots;
        this.mirrorChecks = mirrorChecks;
        this.definitions = definitions;
        this.repair = repair;
        this.databases = databases;
        this.properties = properties;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Map<String, ?> emptyResult() {
        Map<String, @Nullable Object> empty = new HashMap<>();
        VerifyReport.LISTS.forEach(list -> empty.put(list, List.of()));
        empty.put("compared", 0);
        empty.put("repaired", 0);
        empty.put("repairsPending", 0);
        empty.put("notRepaired", 0);
        empty.put("consistent", null);
        return empty;
    }

    @Override
    public void run(JobContext job) {
        String model = job.settings().path("model").asString(Names.STUDY);
        GenerationRecord record = readRecord(model);
        ReadGeneration generation = active(record);
        MirrorCheck check = mirrorChecks.of(generation, job);
        VerifyRun run = VerifyRun.resume(generation, check, job)
                .orElseGet(() -> VerifyRun.begin(generation, check, job, snapshots.count(generation.reads())));
        VerifyReport report = run.report();
        run.compareMirrors();
        definitions
                .find(record, generation.number())
                .ifPresentOrElse(
                        definition -> run.compareTotals(definition, properties.patience()), report::skipTotals);
        run.endComparison();
        if (active(readRecord(model)).number() != generation.number()) {
            throw new IllegalStateException("generation " + generation.number() + " of read model " + model
                    + " was replaced during the verify; start another verify");
        }
        if (job.settings().path("repair").asBoolean(false)) {
            report.setRepair(repair.repairAll(run.drifts(), report::totalsAgree, check, job));
        }
        // A take-over repeats what follows the last recorded position, so that these entries are added only at the end.
        Document ofGeneration = new Document("model", model).append("generation", generation.number());
        for (Document broken : databases.jobs().getCollection(Names.BROKEN).find(ofGeneration)) {
            report.addBroken(String.valueOf(broken.get("_id")), broken.getString("message"));
        }
        report.conclude(check.unsettled());
        job.progress(null, report.compared(), report.compared());
    }

    private GenerationRecord readRecord(String model) {
        return new GenerationStore(databases.jobs()).read(model).orElseGet(() -> GenerationRecord.empty(model));
    }

    private ReadGeneration active(GenerationRecord record) {
        Integer active = record.active();
        if (active == null) {
            throw new IllegalStateException("read model " + record.model() + " has no active generation to verify");
        }
        return ReadGeneration.of(record, active, databases.jobs());
    }
}
