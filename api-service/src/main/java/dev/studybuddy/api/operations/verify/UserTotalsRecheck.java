package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Sums;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.bson.Document;

/**
 * Compares the totals of a user with the contributions of the user's mirrors, several times. A difference counts as
 * wrong if several samples in a row show it, each taken after all batches that were decided before it are applied.
 */
final class UserTotalsRecheck {

    private static final int MAX_SAMPLES = 30;
    private static final int EQUAL_SAMPLES = 3;
    private static final Duration SAMPLE_INTERVAL = Duration.ofMillis(200);

    private final ReadGeneration generation;
    private final UserContributions contributions;
    private final JournalBarrier journalBarrier;
    private final JobContext job;

    UserTotalsRecheck(
            ReadGeneration generation, UserContributions contributions, JournalBarrier journalBarrier, JobContext job) {
        this.generation = generation;
        this.contributions = contributions;
        this.journalBarrier = journalBarrier;
        this.job = job;
    }

    /**
     * Samples the documents of one user.
     *
     * @param ids the ids of the rollup documents that are compared in addition to those to which the user's mirrors
     *     contribute
     * @param wrong accepts each wrong rollup document
     * @param unsettled accepts the user if the totals are unsettled
     * @return whether the user has a wrong rollup document or unsettled totals
     */
    boolean recheck(String user, Set<String> ids, Consumer<WrongTotal> wrong, Consumer<String> unsettled) {
        Map<String, Map<String, Long>> before = Map.of();
        int equalSamples = 0;
        for (int count = 0; count < MAX_SAMPLES && equalSamples < EQUAL_SAMPLES; count++) {
            if (!journalBarrier.await()) {
                unsettled.accept(user);
                return true;
            }
            Sample sample = sample(user, ids);
            if (sample.differences().isEmpty()) {
                return false;
            }
            equalSamples = sample.unchanged() && sample.differences().equals(before) ? equalSamples + 1 : 0;
            before = sample.differences();
            job.waitFor(SAMPLE_INTERVAL);
        }
        if (equalSamples >= EQUAL_SAMPLES) {
            before.forEach((id, excess) -> wrong.accept(new WrongTotal(id, user, excess)));
        } else {
            unsettled.accept(user);
        }
        return true;
    }

    /**
     * This record holds one comparison of a user's documents.
     *
     * @param unchanged whether no mirror of the user changed during the comparison
     * @param differences the amounts by which each differing document exceeds the expected ones, by document id and
     *     path
     */
    private record Sample(boolean unchanged, Map<String, Map<String, Long>> differences) {}

    private Sample sample(String user, Set<String> ids) {
        Sums expected = new Sums();
        Map<String, Long> versions = addMirrors(user, expected);
        Map<String, Map<String, Long>> expectedById = new HashMap<>();
        ids.forEach(id -> expectedById.put(id, Map.of()));
        expected.forEach((key, amounts) -> expectedById.put(key.id(), amounts));
        Map<String, Map<String, Long>> differences = new HashMap<>(expectedById);
        Document byId = new Document("_id", new Document("$in", List.copyOf(expectedById.keySet())));
        for (Document rollup : generation.rollups().find(byId)) {
            String id = rollup.getString("_id");
            differences.put(
                    id, RollupAmounts.difference(RollupAmounts.of(rollup), expectedById.getOrDefault(id, Map.of())));
            expectedById.remove(id);
        }
        expectedById.forEach((id, amounts) -> differences.put(id, RollupAmounts.difference(Map.of(), amounts)));
        differences.values().removeIf(Map::isEmpty);
        return new Sample(versions.equals(addMirrors(user, new Sums())), differences);
    }

    /** Adds the contributions of a user's mirrors to {@code sums}, and returns the mirrors' versions by id. */
    private Map<String, Long> addMirrors(String user, Sums sums) {
        Map<String, Long> versions = new HashMap<>();
        for (AggregateType type : contributions.contributingTypes()) {
            for (Document document : generation.mirrors(type).find(new Document("userId", user))) {
                Mirror mirror = contributions.addMirror(type, document, user, sums);
                versions.put(mirror.id(), mirror.version());
            }
        }
        return versions;
    }
}
