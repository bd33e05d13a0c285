package dev.studybuddy.api.verify;

import dev.studybuddy.api.jobs.JobContext;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.SubjectKeys;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.bson.Document;

/**
 * Compares everybody's totals with the sum of the users'. They never rest: a difference counts only where it stays the
 * same over several takes.
 */
final class EveryonesTotals {

    private static final String EVERYONE = "*";
    private static final int TAKES = 4;
    private static final Duration BETWEEN = Duration.ofMillis(500);

    private final ReadGeneration generation;
    private final Predicate<String> ofSubjects;
    private final AppliedPoint applied;
    private final JobContext job;

    /** Comparing of a subject's document those paths that users' documents know too. */
    EveryonesTotals(ReadGeneration generation, Predicate<String> ofSubjects, AppliedPoint applied, JobContext job) {
        this.generation = generation;
        this.ofSubjects = ofSubjects;
        this.applied = applied;
        this.job = job;
    }

    /** Tells each document that is wrong, or that it can't be said now. */
    void check(Consumer<UserTotals.WrongTotal> wrong, Consumer<String> unsure) {
        Map<String, Map<String, Long>> staying = take();
        for (int take = 1; take < TAKES && !staying.isEmpty(); take++) {
            job.pause(BETWEEN);
            // What a half-applied batch lacked before is there after this.
            if (!applied.await()) {
                unsure.accept(EVERYONE);
                return;
            }
            Map<String, Map<String, Long>> now = take();
            staying.entrySet().removeIf(one -> !one.getValue().equals(now.get(one.getKey())));
        }
        staying.forEach((id, tooMuch) -> wrong.accept(new UserTotals.WrongTotal(id, EVERYONE, tooMuch)));
    }

    private Map<String, Map<String, Long>> take() {
        job.checkpoint();
        Map<String, Map<String, Long>> difference = new HashMap<>();
        for (Document rollup : generation.totals().find().batchSize(1000)) {
            String period = rollup.getString("period");
            boolean ofUser = RollupKey.USER.equals(rollup.getString("kind"));
            boolean ofSubject = RollupKey.SUBJECT.equals(rollup.getString("kind"));
            String id = ofUser ? RollupKey.ofEveryone(period).id() : rollup.getString("_id");
            Amounts.of(rollup).forEach((path, amount) -> {
                if (!ofUser) {
                    if (!ofSubject || ofSubjects.test(path)) {
                        add(difference, id, path, amount);
                    }
                } else if (path.startsWith("bySubject.")) {
                    // An escaped subject has no dot.
                    int end = path.indexOf('.', "bySubject.".length());
                    String subject = SubjectKeys.unescape(path.substring("bySubject.".length(), end));
                    add(difference, RollupKey.ofSubject(period, subject).id(), path.substring(end + 1), -amount);
                } else if (!path.startsWith("active.")) {
                    add(difference, id, path, -amount);
                }
            });
        }
        difference.values().removeIf(Map::isEmpty);
        return difference;
    }

    private static void add(Map<String, Map<String, Long>> sums, String id, String path, long amount) {
        sums.computeIfAbsent(id, any -> new HashMap<>())
                .merge(path, amount, (before, more) -> before + more == 0 ? null : before + more);
    }
}
