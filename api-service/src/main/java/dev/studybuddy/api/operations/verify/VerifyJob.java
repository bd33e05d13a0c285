package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.kafka.TopicEnds;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.operations.backup.Snapshots;
import dev.studybuddy.api.outbox.OutboxTable;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Compares the whole of CockroachDB with a read model, and repairs the drift that a snapshot or a delete can correct.
 */
@Component
public final class VerifyJob implements JobHandler {

    /** The jobs that compare CockroachDB with a read model have this kind. */
    public static final String KIND = "verify";

    private final Snapshots snapshots;
    private final OutboxTable outbox;
    private final TopicEnds topicEnds;
    private final DriftRepair repair;
    private final RetryingTransactions transactions;
    private final MongoDatabases databases;
    private final TotalsDefinitions definitions;
    private final Jobs jobs;
    private final VerifyProperties properties;

    VerifyJob(
            Snapshots snapshots,
            OutboxTable outbox,
            TopicEnds topicEnds,
            DriftRepair repair,
            RetryingTransactions transactions,
            MongoDatabases databases,
            TotalsDefinitions definitions,
            Jobs jobs,
            VerifyProperties properties) {
        this.snapshots = snapshots;
        this.outbox = outbox;
        this.topicEnds = topicEnds;
        this.repair = repair;
        this.transactions = transactions;
        this.databases = databases;
        this.definitions = definitions;
        this.jobs = jobs;
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
        MirrorCheck check = check(generation, job);
        VerifyRun run = VerifyRun.resume(generation, check, job)
                .orElseGet(() -> VerifyRun.begin(generation, check, job, snapshots.count(generation.reads())));
        VerifyReport report = run.report();
        run.compareMirrors();
        definitions
                .find(model, findVersion(record, generation.number()))
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

    /**
     * Compares some aggregates of each type with a generation: those from a random id on, those with the lowest ids,
     * and those that the last verify of the read model found. It also compares the totals that the last verify found.
     *
     * @param ofEachType the largest number of aggregates of a type that each of the first two comparisons covers
     * @return the differences, and the number of aggregates that could not be compared; empty if there are none
     */
    public List<String> sample(GenerationRecord record, int generation, int ofEachType, JobContext job) {
        ReadGeneration sampled = ReadGeneration.of(record, generation, databases.jobs());
        MirrorCheck check = check(sampled, job);
        List<String> found = new ArrayList<>();
        Function<Drift, String> name =
                drift -> drift.kind().code() + ' ' + drift.type().code() + '/' + drift.id();
        for (AggregateType type : sampled.reads()) {
            UUID random = new UUID(
                    ThreadLocalRandom.current().nextLong(),
                    ThreadLocalRandom.current().nextLong());
            check.comparePage(type, random, ofEachType, drift -> found.add(name.apply(drift)));
            check.comparePage(type, new UUID(0, 0), ofEachType, drift -> found.add(name.apply(drift)));
        }
        Optional<LastFindings> last = jobs.findNewestDone(KIND).stream()
                .filter(done -> LastFindings.model(done.result()).equals(record.model()))
                .findFirst()
                .map(done -> new LastFindings(done.result()));
        if (last.isPresent()) {
            last.get().forEachAggregate((type, id) -> {
                if (sampled.reads().contains(type)) {
                    check.compareOne(type, id, drift -> found.add(name.apply(drift)));
                }
            });
            definitions
                    .find(record.model(), findVersion(record, sampled.number()))
                    .ifPresent(definition -> compareTotals(sampled, definition, last.get(), found, job));
        }
        if (check.unsettled() > 0) {
            found.add(check.unsettled() + " unsettled");
        }
        return found;
    }

    /**
     * Compares the totals that the last verify found, until the patience is over. Totals that cannot be judged under
     * load are left out.
     */
    private void compareTotals(
            ReadGeneration generation,
            TotalsDefinition definition,
            LastFindings last,
            List<String> found,
            JobContext job) {
        JournalBarrier journalBarrier = new JournalBarrier(generation, job, properties.patience());
        long startedNanos = job.clock().nanos();
        Predicate<String> inTime = any ->
                job.clock().nanos() - startedNanos < properties.patience().toNanos();
        Consumer<UserTotalsCheck.WrongTotal> wrong = total -> found.add("wrong " + total.id());
        UserTotalsCheck users = new UserTotalsCheck(generation, definition.contributionFunction(), journalBarrier, job);
        last.usersWithWrongTotals().stream()
                .takeWhile(inTime)
                .forEach(user -> users.checkUser(user, wrong, unsettled -> {}));
        GlobalTotalsCheck global = new GlobalTotalsCheck(generation, definition, journalBarrier, job);
        last.periodsWithWrongTotals().stream()
                .takeWhile(inTime)
                .forEach(period -> global.checkPeriod(period, wrong, unsettled -> {}));
    }

    private MirrorCheck check(ReadGeneration generation, JobContext job) {
        DeliveryBarrier deliveryBarrier =
                new DeliveryBarrier(outbox, topicEnds, generation, job, properties.patience());
        return new MirrorCheck(snapshots, transactions, generation, deliveryBarrier, job);
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

    /** Returns the version of the projection that fills a generation, or 0 if the record does not contain it. */
    private static int findVersion(GenerationRecord record, int number) {
        Generation generation = record.generations().get(number);
        return generation == null ? 0 : generation.projectionVersion();
    }
}
