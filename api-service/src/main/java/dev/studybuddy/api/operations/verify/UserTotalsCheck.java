package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Contribution;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.Sums;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bson.Document;

/** Compares the totals of users with the contributions of their mirrors. */
final class UserTotalsCheck {

    private static final int MIRRORS_PER_PART = 100_000;
    private static final int MAX_SUSPECTS = 1000;
    private static final int MAX_SAMPLES = 30;
    private static final int EQUAL_SAMPLES = 3;
    private static final Duration SAMPLE_INTERVAL = Duration.ofMillis(200);

    private final ReadGeneration generation;
    private final Contribution contribution;
    private final JournalBarrier journalBarrier;
    private final JobContext job;

    UserTotalsCheck(
            ReadGeneration generation, Contribution contribution, JournalBarrier journalBarrier, JobContext job) {
        this.generation = generation;
        this.contribution = contribution;
        this.journalBarrier = journalBarrier;
        this.job = job;
    }

    /**
     * Compares the totals of all users.
     *
     * @param mirrors the approximate number of mirrors; it determines the number of parts that are compared one by one
     * @param wrong accepts each wrong rollup document
     * @param unsure accepts the id of each user whose totals can be judged neither right nor wrong
     */
    void check(long mirrors, Consumer<WrongTotal> wrong, Consumer<String> unsure) {
        int parts = Math.toIntExact(1 + mirrors / MIRRORS_PER_PART);
        for (int part = 0; part < parts; part++) {
            Map<String, Set<String>> suspects = suspects(part, parts, unsure);
            for (Map.Entry<String, Set<String>> suspect : suspects.entrySet()) {
                recheck(suspect.getKey(), suspect.getValue(), wrong, unsure);
            }
        }
    }

    /**
     * This record describes a wrong rollup document.
     *
     * @param id the id of the document
     * @param userId the id of its user; {@code *} for a global document
     * @param excess the amounts by which it exceeds the expected ones, by path
     */
    record WrongTotal(String id, String userId, Map<String, Long> excess) {}

    /** Returns the ids of the documents that differed in one pass over all of them, by user. */
    private Map<String, Set<String>> suspects(int part, int parts, Consumer<String> unsure) {
        Sums expected = new Sums();
        for (AggregateType type : contributingTypes()) {
            job.checkpoint();
            for (Document document : generation.mirrors(type).find().batchSize(1000)) {
                Mirror mirror = Mirror.of(type, document);
                if (mirror.state() != null && isInPart(mirror.owner(), part, parts)) {
                    contribution.add(expected, mirror.state(), 1);
                }
            }
        }
        Map<String, Set<String>> suspects = new TreeMap<>();
        Set<String> found = new HashSet<>();
        job.checkpoint();
        for (Document rollup : generation.totals().find(new Document("kind", RollupKey.USER))) {
            String user = rollup.getString("userId");
            if (isInPart(user, part, parts)) {
                found.add(rollup.getString("_id"));
                RollupKey key = RollupKey.ofUser(rollup.getString("period"), user);
                if (!RollupAmounts.of(rollup).equals(expected.of(key))) {
                    suspect(suspects, user, rollup.getString("_id"), unsure);
                }
            }
        }
        expected.forEach((key, amounts) -> {
            if (key.userId() != null && !found.contains(key.id())) {
                suspect(suspects, key.userId(), key.id(), unsure);
            }
        });
        return suspects;
    }

    /** Returns the types that contribute to sums; a user itself contributes nothing. */
    private List<AggregateType> contributingTypes() {
        return generation.reads().stream()
                .filter(type -> type != AggregateType.USER)
                .toList();
    }

    private static void suspect(Map<String, Set<String>> suspects, String user, String id, Consumer<String> unsure) {
        if (suspects.containsKey(user) || suspects.size() < MAX_SUSPECTS) {
            suspects.computeIfAbsent(user, key -> new HashSet<>()).add(id);
        } else {
            unsure.accept(user);
        }
    }

    private static boolean isInPart(String user, int part, int parts) {
        return Math.floorMod(user.hashCode(), parts) == part;
    }

    /**
     * Samples the suspect documents of one user. A difference counts as wrong if several samples in a row show it, each
     * taken after all batches that were decided before it are applied.
     */
    private void recheck(String user, Set<String> ids, Consumer<WrongTotal> wrong, Consumer<String> unsure) {
        Map<String, Map<String, Long>> before = Map.of();
        int equal = 0;
        for (int count = 0; count < MAX_SAMPLES && equal < EQUAL_SAMPLES; count++) {
            if (!journalBarrier.await()) {
                unsure.accept(user);
                return;
            }
            Sample sample = sample(user, ids);
            if (sample.differences().isEmpty()) {
                return;
            }
            equal = sample.unchanged() && sample.differences().equals(before) ? equal + 1 : 0;
            before = sample.differences();
            job.pause(SAMPLE_INTERVAL);
        }
        if (equal >= EQUAL_SAMPLES) {
            before.forEach((id, excess) -> wrong.accept(new WrongTotal(id, user, excess)));
        } else {
            unsure.accept(user);
        }
    }

    /**
     * This record holds one comparison of a user's documents.
     *
     * @param unchanged whether no mirror of the user changed during the comparison
     * @param differences the excess by path, by document id
     */
    private record Sample(boolean unchanged, Map<String, Map<String, Long>> differences) {}

    private Sample sample(String user, Set<String> ids) {
        Sums expected = new Sums();
        Map<String, Long> versions = addMirrors(user, expected);
        Map<String, Map<String, Long>> expectedById = new HashMap<>();
        ids.forEach(id -> expectedById.put(id, Map.of()));
        expected.forEach((key, amounts) -> {
            if (user.equals(key.userId())) {
                expectedById.put(key.id(), amounts);
            }
        });
        Map<String, Map<String, Long>> differences = new HashMap<>(expectedById);
        Document byId = new Document("_id", new Document("$in", List.copyOf(expectedById.keySet())));
        for (Document rollup : generation.totals().find(byId)) {
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
        for (AggregateType type : contributingTypes()) {
            for (Document document : generation.mirrors(type).find(new Document("userId", user))) {
                Mirror mirror = Mirror.of(type, document);
                versions.put(mirror.id(), mirror.version());
                if (mirror.state() != null) {
                    contribution.add(sums, mirror.state(), 1);
                }
            }
        }
        return versions;
    }
}
