package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.SubjectKeys;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bson.Document;

/** Reads the global totals of one period of a generation from MongoDB, with one batch of documents in memory. */
final class MongoGlobalTotals implements GlobalTotals {

    private static final int BATCH_SIZE = 1000;
    private static final Document BY_ID = new Document("_id", 1);
    private static final String BY_SUBJECT = "bySubject.";

    private final ReadGeneration generation;
    private final Predicate<String> ofSubjects;
    private final String period;

    /**
     * Creates a reader.
     *
     * @param ofSubjects matches the paths of a subject's document that are compared because users' documents have them
     *     too
     */
    MongoGlobalTotals(ReadGeneration generation, Predicate<String> ofSubjects, String period) {
        this.generation = generation;
        this.ofSubjects = ofSubjects;
        this.period = period;
    }

    @Override
    public boolean hasMoreSubjectsThan(int number) {
        int found = 0;
        for (Document ignored :
                generation.rollups().find(subjects()).projection(BY_ID).limit(number + 1)) {
            found++;
        }
        return found > number;
    }

    @Override
    public void read(Visitor visitor) {
        String allUsers = RollupKey.ofAllUsers(period).id();
        for (Document total : generation.rollups().find(new Document("_id", allUsers))) {
            visitor.acceptDocument(allUsers, watermarksOf(total));
            RollupAmounts.of(total).forEach((path, amount) -> visitor.acceptAmount(allUsers, path, amount));
        }
        for (Document subject : generation.rollups().find(subjects()).batchSize(BATCH_SIZE)) {
            String id = subject.getString("_id");
            visitor.acceptDocument(id, watermarksOf(subject));
            RollupAmounts.of(subject).forEach((path, amount) -> {
                if (ofSubjects.test(path)) {
                    visitor.acceptAmount(id, path, amount);
                }
            });
        }
        Document users = new Document("period", period)
                .append("kind", RollupKey.USER)
                .append("_id", new Document("$gt", period + ':').append("$lt", period + ';'));
        for (Document user : generation.rollups().find(users).hint(BY_ID).batchSize(BATCH_SIZE)) {
            RollupAmounts.of(user).forEach((path, amount) -> acceptUserAmount(visitor, allUsers, path, -amount));
        }
    }

    private void acceptUserAmount(Visitor visitor, String allUsers, String path, long amount) {
        if (path.startsWith(BY_SUBJECT)) {
            // An escaped subject contains no dot, so the next dot ends it.
            int subjectEnd = path.indexOf('.', BY_SUBJECT.length());
            if (subjectEnd < 0) {
                // A person wrote a number in place of the amounts of a subject; the check of the users' totals finds
                // it.
                return;
            }
            String subject = SubjectKeys.unescape(path.substring(BY_SUBJECT.length(), subjectEnd));
            visitor.acceptAmount(RollupKey.ofSubject(period, subject).id(), path.substring(subjectEnd + 1), amount);
        } else if (!path.startsWith("active.")) {
            visitor.acceptAmount(allUsers, path, amount);
        }
    }

    @Override
    public Map<String, Object> readWatermarks(Collection<String> ids) {
        Map<String, Object> watermarks = new HashMap<>();
        Document filter = new Document("_id", new Document("$in", List.copyOf(ids)));
        for (Document total : generation.rollups().find(filter).projection(new Document("w", 1))) {
            watermarks.put(total.getString("_id"), watermarksOf(total));
        }
        return watermarks;
    }

    private static Object watermarksOf(Document total) {
        Object watermarks = total.get("w");
        return watermarks == null ? Map.of() : watermarks;
    }

    private Document subjects() {
        return new Document("period", period)
                .append("kind", RollupKey.SUBJECT)
                .append("_id", new Document("$gt", period + ":*:").append("$lt", period + ":*;"));
    }
}
