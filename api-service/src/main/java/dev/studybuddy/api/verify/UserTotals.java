package dev.studybuddy.api.verify;

import dev.studybuddy.api.jobs.JobContext;
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

/** Compares users' totals with what their mirrors contribute. */
final class UserTotals {

    private static final int MIRRORS_IN_MEMORY = 100_000;
    private static final int MOST_SUSPECTS = 1000;
    private static final int LOOKS = 30;
    private static final int SAME_LOOKS = 3;
    private static final Duration BETWEEN = Duration.ofMillis(200);

    private final ReadGeneration generation;
    private final Contribution contribution;
    private final AppliedPoint applied;
    private final JobContext job;

    UserTotals(ReadGeneration generation, Contribution contribution, AppliedPoint applied, JobContext job) {
        this.generation = generation;
        this.contribution = contribution;
        this.applied = applied;
        this.job = job;
    }

    /** Tells each rollup document that is wrong, with its user, and each user about whom that could not be said. */
    void check(long mirrors, Consumer<WrongTotal> wrong, Consumer<String> unsure) {
        int parts = Math.toIntExact(1 + mirrors / MIRRORS_IN_MEMORY);
        for (int part = 0; part < parts; part++) {
            Map<String, Set<String>> suspects = suspects(part, parts, unsure);
            for (Map.Entry<String, Set<String>> suspect : suspects.entrySet()) {
                again(suspect.getKey(), suspect.getValue(), wrong, unsure);
            }
        }
    }

    /** A rollup document and how much it has too much. */
    record WrongTotal(String id, String userId, Map<String, Long> tooMuch) {}

    /** By user, the ids of documents that differed in passing. */
    private Map<String, Set<String>> suspects(int part, int parts, Consumer<String> unsure) {
        Sums expected = new Sums();
        for (AggregateType type : ofUsers()) {
            job.checkpoint();
            for (Document document : generation.mirrors(type).find().batchSize(1000)) {
                Mirror mirror = Mirror.of(type, document);
                if (mirror.state() != null && isOf(mirror.owner(), part, parts)) {
                    contribution.add(expected, mirror.state(), 1);
                }
            }
        }
        Map<String, Set<String>> suspects = new TreeMap<>();
        Set<String> found = new HashSet<>();
        job.checkpoint();
        for (Document rollup : generation.totals().find(new Document("kind", RollupKey.USER))) {
            String user = rollup.getString("userId");
            if (isOf(user, part, parts)) {
                found.add(rollup.getString("_id"));
                RollupKey key = RollupKey.ofUser(rollup.getString("period"), user);
                if (!Amounts.of(rollup).equals(expected.of(key))) {
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

    /** What belongs to users: a user contributes to no sums. */
    private List<AggregateType> ofUsers() {
        return generation.reads().stream()
                .filter(type -> type != AggregateType.USER)
                .toList();
    }

    private static void suspect(Map<String, Set<String>> suspects, String user, String id, Consumer<String> unsure) {
        if (suspects.containsKey(user) || suspects.size() < MOST_SUSPECTS) {
            suspects.computeIfAbsent(user, any -> new HashSet<>()).add(id);
        } else {
            unsure.accept(user);
        }
    }

    private static boolean isOf(String user, int part, int parts) {
        return Math.floorMod(user.hashCode(), parts) == part;
    }

    /** Wrong is what is wrong in the same way several times, each after all that was decided before is applied. */
    private void again(String user, Set<String> ids, Consumer<WrongTotal> wrong, Consumer<String> unsure) {
        Map<String, Map<String, Long>> before = Map.of();
        int same = 0;
        for (int look = 0; look < LOOKS && same < SAME_LOOKS; look++) {
            if (!applied.await()) {
                unsure.accept(user);
                return;
            }
            Look one = look(user, ids);
            if (one.differences().isEmpty()) {
                return;
            }
            same = one.still() && one.differences().equals(before) ? same + 1 : 0;
            before = one.differences();
            job.pause(BETWEEN);
        }
        if (same >= SAME_LOOKS) {
            before.forEach((id, tooMuch) -> wrong.accept(new WrongTotal(id, user, tooMuch)));
        } else {
            unsure.accept(user);
        }
    }

    private record Look(boolean still, Map<String, Map<String, Long>> differences) {}

    private Look look(String user, Set<String> ids) {
        Sums expected = new Sums();
        Map<String, Long> versions = mirrors(user, expected);
        Map<String, Map<String, Long>> wanted = new HashMap<>();
        ids.forEach(id -> wanted.put(id, Map.of()));
        expected.forEach((key, amounts) -> {
            if (user.equals(key.userId())) {
                wanted.put(key.id(), amounts);
            }
        });
        Map<String, Map<String, Long>> differences = new HashMap<>(wanted);
        Document byId = new Document("_id", new Document("$in", List.copyOf(wanted.keySet())));
        for (Document rollup : generation.totals().find(byId)) {
            String id = rollup.getString("_id");
            differences.put(id, Amounts.difference(Amounts.of(rollup), wanted.getOrDefault(id, Map.of())));
            wanted.remove(id);
        }
        wanted.forEach((id, amounts) -> differences.put(id, Amounts.difference(Map.of(), amounts)));
        differences.values().removeIf(Map::isEmpty);
        return new Look(versions.equals(mirrors(user, new Sums())), differences);
    }

    private Map<String, Long> mirrors(String user, Sums into) {
        Map<String, Long> versions = new HashMap<>();
        for (AggregateType type : ofUsers()) {
            for (Document document : generation.mirrors(type).find(new Document("userId", user))) {
                Mirror mirror = Mirror.of(type, document);
                versions.put(mirror.id(), mirror.version());
                if (mirror.state() != null) {
                    contribution.add(into, mirror.state(), 1);
                }
            }
        }
        return versions;
    }
}
