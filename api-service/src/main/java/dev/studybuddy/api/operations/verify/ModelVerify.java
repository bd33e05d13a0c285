package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobFailedException;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Compares the whole of CockroachDB with the active generation of one read model. */
@Component
final class ModelVerify {

    private final MirrorCheckFactory mirrorCheckFactory;
    private final TotalsDefinitions definitions;
    private final DriftRepair repair;
    private final MongoDatabases databases;
    private final VerifyProperties properties;
    private final VerifyHistory history;

    ModelVerify(
            MirrorCheckFactory mirrorCheckFactory,
            TotalsDefinitions definitions,
            DriftRepair repair,
            MongoDatabases databases,
            VerifyProperties properties,
            VerifyHistory history) {
        this.mirrorCheckFactory = mirrorCheckFactory;
        this.definitions = definitions;
        this.repair = repair;
        this.databases = databases;
        this.properties = properties;
        this.history = history;
    }

    /**
     * Compares the active generation, from the position that the job has reached in it, and repairs it if the job's
     * settings request that.
     *
     * @param result receives the findings
     * @throws GenerationReplacedException if another generation became active during the comparison
     */
    void run(GenerationRecord record, ObjectNode result, VerifyProgress progress, JobContext job) {
        ReadGeneration generation = active(record);
        MirrorCheck check = mirrorCheckFactory.of(generation, job);
        VerifyRun run = VerifyRun.resume(generation, check, job, progress, result)
                .orElseGet(() -> VerifyRun.begin(generation, check, job, progress, result));
        VerifyFindings findings = run.findings();
        run.compareMirrors();
        definitions
                .find(record, generation.number())
                .ifPresentOrElse(
                        definition -> run.compareTotals(definition, properties.settleTimeout()), findings::skipTotals);
        run.endComparison();
        if (readActive(record.model()).number() != generation.number()) {
            throw new GenerationReplacedException(record.model(), generation.number());
        }
        if (job.settings().path(VerifyJob.REPAIR).asBoolean(false)) {
            findings.setRepair(repair.repairAll(run.differences(), findings::totalsAgree, check, job));
        }
        // An instance that takes the job over repeats everything after the last recorded position. Therefore the run
        // adds the broken documents only at the end.
        Document ofGeneration = new Document("model", record.model()).append("generation", generation.number());
        for (Document broken : databases.jobs().getCollection(Names.BROKEN).find(ofGeneration)) {
            findings.addBroken(String.valueOf(broken.get("_id")), broken.getString("message"));
        }
        findings.conclude(check.unsettled());
        List<JsonNode> newestFirst = new ArrayList<>(List.of(result));
        history.findNewest(record.model(), generation.number()).forEach(earlier -> newestFirst.add(earlier.fields()));
        findings.setOutstanding(scope -> OutstandingDrift.count(scope, newestFirst));
    }

    private ReadGeneration readActive(String model) {
        return active(new GenerationStore(databases.jobs()).read(model).orElseGet(() -> GenerationRecord.empty(model)));
    }

    private ReadGeneration active(GenerationRecord record) {
        Integer active = record.active();
        if (active == null) {
            throw new JobFailedException("Read model " + record.model() + " has no active generation to verify.");
        }
        return ReadGeneration.of(record, active, databases.jobs());
    }
}
