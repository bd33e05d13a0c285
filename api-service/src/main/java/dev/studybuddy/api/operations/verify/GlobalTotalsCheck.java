package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.mongo.PartitionProgress;
import dev.studybuddy.api.mongo.ReadGeneration;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.bson.Document;

/**
 * Compares the global totals with the sum of the totals of the individual users, in ranges of one period and of a
 * limited number of subjects. The check takes several samples of a range, because both sides change under load. A
 * sample is undisturbed if no batch was decided or in progress during it. A document is correct if at least one sample
 * shows no difference. It is wrong if an undisturbed sample shows a difference, or if several samples show an equal
 * difference and no write reached the document during any of them. Otherwise it is unsettled.
 */
final class GlobalTotalsCheck {

    /** The global totals have this text in place of the id of a user. */
    static final String ALL_USERS_ID = "*";

    private static final int MAX_SAMPLES = 20;
    private static final int EQUAL_SAMPLES = 4;
    private static final Duration SAMPLE_INTERVAL = Duration.ofMillis(250);

    private final ReadGeneration generation;
    private final TotalsDefinition definition;
    private final JournalBarrier journalBarrier;
    private final JobContext job;

    GlobalTotalsCheck(
            ReadGeneration generation, TotalsDefinition definition, JournalBarrier journalBarrier, JobContext job) {
        this.generation = generation;
        this.definition = definition;
        this.journalBarrier = journalBarrier;
        this.job = job;
    }

    /**
     * Compares the global documents of all periods, in their order.
     *
     * @param start the period after which the comparison starts; empty for the first one
     * @param wrong accepts each wrong document
     * @param unsettled accepts {@code *} once, after the first period that has an unsettled document
     * @param reached accepts each period that is compared, after its wrong and unsettled documents
     */
    void checkAll(String start, Consumer<WrongTotal> wrong, Consumer<String> unsettled, Consumer<String> reached) {
        Document later = new Document("period", new Document("$gt", start));
        NavigableSet<String> periods = new TreeSet<>();
        generation.rollups().distinctTexts("period", later).into(periods);
        Set<String> unsettledPeriods = new HashSet<>();
        for (String period : periods) {
            boolean allSettled = unsettledPeriods.isEmpty();
            checkPeriod(period, wrong, unsettledPeriods::add);
            if (allSettled && !unsettledPeriods.isEmpty()) {
                unsettled.accept(ALL_USERS_ID);
            }
            if (definition.globalPeriods().test(period)) {
                reached.accept(period);
            }
        }
    }

    /**
     * Compares the global documents of one period.
     *
     * @param wrong accepts each wrong document
     * @param unsettled accepts the period if any of its documents is unsettled
     */
    void checkPeriod(String period, Consumer<WrongTotal> wrong, Consumer<String> unsettled) {
        if (!definition.globalPeriods().test(period)) {
            return;
        }
        GlobalTotalsRange range = GlobalTotalsRange.first(generation, definition.ofSubjects(), period);
        while (range != null) {
            if (!settle(range, wrong)) {
                unsettled.accept(period);
            }
            range = range.next();
        }
    }

    /**
     * Determines for each document of a range whether it is correct or wrong. Returns false if any document stays
     * unsettled.
     */
    private boolean settle(GlobalTotalsRange range, Consumer<WrongTotal> wrong) {
        Map<String, Map<Map<String, Long>, Integer>> evidence = new HashMap<>();
        Set<String> open = new HashSet<>();
        for (int count = 0; count < MAX_SAMPLES; count++) {
            if (count > 0) {
                job.waitFor(SAMPLE_INTERVAL);
                // A batch that was partly applied during the previous sample is completely applied after this wait.
                if (!journalBarrier.await()) {
                    return false;
                }
            }
            job.checkpoint();
            Map<String, PartitionProgress> before = generation.positions();
            GlobalTotalsRange.Sample sample = range.sample();
            if (count == 0) {
                open.addAll(sample.differences().keySet());
            }
            open.retainAll(sample.differences().keySet());
            if (open.isEmpty()) {
                return true;
            }
            boolean undisturbed = isApplied(before) && generation.positions().equals(before);
            for (String id : Set.copyOf(open)) {
                Map<String, Long> excess = sample.differences().getOrDefault(id, Map.of());
                int equalSamples = sample.unchanged().contains(id)
                        ? evidence.computeIfAbsent(id, any -> new HashMap<>()).merge(excess, 1, Integer::sum)
                        : 0;
                if (undisturbed || equalSamples >= EQUAL_SAMPLES) {
                    wrong.accept(new WrongTotal(id, ALL_USERS_ID, excess));
                    open.remove(id);
                }
            }
        }
        return open.isEmpty();
    }

    private static boolean isApplied(Map<String, PartitionProgress> positions) {
        return positions.values().stream().allMatch(PartitionProgress::isApplied);
    }
}
