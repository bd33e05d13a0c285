package dev.studybuddy.api.subject;

import static dev.studybuddy.api.mongo.DocumentFields.number;

import dev.studybuddy.api.mongo.DocumentFields;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.subject.Subjects.SubjectCounts;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.SubjectKeys;
import java.util.UUID;
import org.bson.Document;

/**
 * Reads subjects from the rollups of the read model {@code subjects}. A user's subjects are in one document; those of
 * all users have one document for each subject.
 */
final class MongoSubjects {

    private static final Document WITHOUT_WATERMARKS = new Document("w", 0);

    private MongoSubjects() {}

    static Subjects readUser(ReadGeneration generation, UUID user, int limit) {
        SubjectSums sums = new SubjectSums();
        String id = RollupKey.ofUser(Periods.ALL, user.toString()).id();
        Document found = generation
                .rollups()
                .find(new Document("_id", id))
                .projection(WITHOUT_WATERMARKS)
                .first();
        if (found != null) {
            Document subjects = DocumentFields.document(found, "bySubject");
            subjects.keySet()
                    .forEach(key -> add(sums, SubjectKeys.unescape(key), DocumentFields.document(subjects, key)));
        }
        return sums.toSubjects(limit);
    }

    /**
     * Reads the hardest subjects of all users.
     *
     * @param among the number of subjects with the most todos, among which the hardest subjects are chosen
     * @param limit the largest number of subjects to return
     */
    static Subjects readAllUsers(ReadGeneration generation, int among, int limit) {
        SubjectSums sums = new SubjectSums();
        Document subjects = new Document("period", Periods.ALL)
                .append("kind", RollupKey.SUBJECT)
                .append("todos", new Document("$gt", 0));
        for (Document subject : generation
                .rollups()
                .find(subjects)
                .sort(new Document("todos", -1).append("subject", 1))
                .limit(among)
                .projection(WITHOUT_WATERMARKS)) {
            String name = DocumentFields.text(subject, "subject");
            if (name != null) {
                add(sums, name, subject);
            }
        }
        return sums.toSubjects(limit);
    }

    private static void add(SubjectSums sums, String subject, Document document) {
        Document difficulties = DocumentFields.document(document, "byDifficulty");
        difficulties.keySet().forEach(difficulty -> {
            Document counts = DocumentFields.document(difficulties, difficulty);
            sums.add(
                    subject,
                    difficulty,
                    new SubjectCounts(
                            number(counts, "todos"),
                            number(counts, "todosCompleted"),
                            number(counts, "questionsTarget"),
                            number(counts, "questionsCompleted")));
        });
    }
}
