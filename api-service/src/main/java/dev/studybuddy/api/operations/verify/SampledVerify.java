package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** Compares a sample of CockroachDB with a generation, before the generation is activated. */
@Component
public final class SampledVerify {

    private final MirrorCheckFactory mirrorCheckFactory;
    private final TotalsDefinitions definitions;
    private final VerifyHistory history;
    private final MongoDatabases databases;
    private final VerifyProperties properties;

    SampledVerify(
            MirrorCheckFactory mirrorCheckFactory,
            TotalsDefinitions definitions,
            VerifyHistory history,
            MongoDatabases databases,
            VerifyProperties properties) {
        this.mirrorCheckFactory = mirrorCheckFactory;
        this.definitions = definitions;
        this.history = history;
        this.databases = databases;
        this.properties = properties;
    }

    /**
     * Compares some aggregates of each type with a generation: those from a random id on, those with the lowest ids,
     * and those that the last completed verify of the read model lists as different. It also compares the totals that
     * this verify lists as wrong.
     *
     * @param ofEachType the largest number of aggregates of a type that each of the first two comparisons covers
     * @return a text for each difference, and a text with the number of unsettled aggregates if there are any; empty if
     *     there is neither
     */
    public List<String> findDifferences(GenerationRecord record, int generation, int ofEachType, JobContext job) {
        ReadGeneration sampled = ReadGeneration.of(record, generation, databases.jobs());
        MirrorCheck check = mirrorCheckFactory.of(sampled, job);
        List<String> found = new ArrayList<>();
        Consumer<MirrorDifference> addDifference = difference ->
                found.add(difference.kind().code() + ' ' + difference.type().code() + '/' + difference.id());
        for (AggregateType type : sampled.reads()) {
            UUID random = new UUID(
                    ThreadLocalRandom.current().nextLong(),
                    ThreadLocalRandom.current().nextLong());
            check.comparePage(type, random, ofEachType, addDifference);
            check.comparePage(type, new UUID(0, 0), ofEachType, addDifference);
        }
        Optional<LastFindings> last = Optional.ofNullable(history.findNewest().get(record.model()))
                .map(newest -> new LastFindings(newest.fields()));
        if (last.isPresent()) {
            last.get().forEachAggregate((type, id) -> {
                if (sampled.reads().contains(type)) {
                    check.compareOne(type, id, addDifference);
                }
            });
            definitions
                    .find(record, sampled.number())
                    .ifPresent(definition -> compareTotals(sampled, definition, last.get(), found, job));
        }
        if (check.unsettled() > 0) {
            found.add(check.unsettled() + " unsettled");
        }
        return found;
    }

    /**
     * Compares the totals that the last verify lists as wrong, until the settle timeout is over. It leaves out totals
     * that are unsettled under load.
     */
    private void compareTotals(
            ReadGeneration generation,
            TotalsDefinition definition,
            LastFindings last,
            List<String> found,
            JobContext job) {
        JournalBarrier journalBarrier = new JournalBarrier(generation, job, properties.settleTimeout());
        long startedNanos = job.clock().nanos();
        Predicate<String> inTime = any ->
                job.clock().nanos() - startedNanos < properties.settleTimeout().toNanos();
        Consumer<WrongTotal> wrong = total -> found.add("wrong " + total.id());
        UserTotalsCheck users = new UserTotalsCheck(generation, definition.contributionFunction(), journalBarrier, job);
        last.usersWithWrongTotals().stream()
                .takeWhile(inTime)
                .forEach(user -> users.checkUser(user, wrong, unsettled -> {}));
        GlobalTotalsCheck global = new GlobalTotalsCheck(generation, definition, journalBarrier, job);
        last.periodsWithWrongTotals().stream()
                .takeWhile(inTime)
                .forEach(period -> global.checkPeriod(period, wrong, unsettled -> {}));
    }
}
