package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.JobContext;
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
 * Compares the global totals with the sum of all users' totals. Both change all the time, so a difference counts only
 * if it stays the same over several samples.
 */
final class GlobalTotalsCheck {

    private static final String EVERYONE = "*";
    private static final int SAMPLES = 4;
    private static final Duration SAMPLE_INTERVAL = Duration.ofMillis(500);

    private final ReadGeneration generation;
    private final Predicate<String> ofSubjects;
    private final JournalBarrier journalBarrier;
    private final JobContext job;

    /**
     * Creates a check for one job.
     *
     * @param ofSubjects matches the paths of a subject's document that are compared because users' documents have them
     *     too
     */
    GlobalTotalsCheck(
            ReadGeneration generation, Predicate<String> ofSubjects, JournalBarrier journalBarrier, JobContext job) {
        this.generation = generation;
        this.ofSubjects = ofSubjects;
        this.journalBarrier = journalBarrier;
        this.job = job;
    }

    /**
     * Compares all global documents.
     *
     * @param wrong accepts each wrong document
     * @param unsure accepts {@code *} if the check cannot decide, because a batch was not applied in time
     */
    void check(Consumer<UserTotalsCheck.WrongTotal> wrong, Consumer<String> unsure) {
        Map<String, Map<String, Long>> lasting = sample();
        for (int count = 1; count < SAMPLES && !lasting.isEmpty(); count++) {
            job.pause(SAMPLE_INTERVAL);
            // A batch that was half applied during the previous sample is fully applied after this wait.
            if (!journalBarrier.await()) {
                unsure.accept(EVERYONE);
                return;
            }
            Map<String, Map<String, Long>> now = sample();
            lasting.entrySet().removeIf(before -> !before.getValue().equals(now.get(before.getKey())));
        }
        lasting.forEach((id, excess) -> wrong.accept(new UserTotalsCheck.WrongTotal(id, EVERYONE, excess)));
    }

    private Map<String, Map<String, Long>> sample() {
        job.checkpoint();
        Map<String, Map<String, Long>> difference = new HashMap<>();
        for (Document rollup : generation.totals().find().batchSize(1000)) {
            String period = rollup.getString("period");
            boolean ofUser = RollupKey.USER.equals(rollup.getString("kind"));
            boolean ofSubject = RollupKey.SUBJECT.equals(rollup.getString("kind"));
            String id = ofUser ? RollupKey.ofEveryone(period).id() : rollup.getString("_id");
            RollupAmounts.of(rollup).forEach((path, amount) -> {
                if (!ofUser) {
                    if (!ofSubject || ofSubjects.test(path)) {
                        add(difference, id, path, amount);
                    }
                } else if (path.startsWith("bySubject.")) {
                    // An escaped subject contains no dot, so the next dot ends it.
                    int subjectEnd = path.indexOf('.', "bySubject.".length());
                    String subject = SubjectKeys.unescape(path.substring("bySubject.".length(), subjectEnd));
                    add(difference, RollupKey.ofSubject(period, subject).id(), path.substring(subjectEnd + 1), -amount);
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
