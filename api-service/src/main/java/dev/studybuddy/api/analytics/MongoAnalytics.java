package dev.studybuddy.api.analytics;

import static dev.studybuddy.api.mongo.DocumentFields.number;

import dev.studybuddy.api.mongo.DocumentFields;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.streak.MongoStreaks;
import dev.studybuddy.api.streak.Streaks;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.SubjectKeys;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.Document;

/** Reads analytics from the daily rollups; one query by ids finds the days of a span. */
final class MongoAnalytics {

    private static final int STREAK_CHUNK_DAYS = 62;
    private static final Document WITHOUT_WATERMARKS = new Document("w", 0);

    private MongoAnalytics() {}

    static Analytics readUser(ReadGeneration generation, String userId, LocalDate from, LocalDate to, LocalDate today) {
        AnalyticsSums sums = new AnalyticsSums(from, to);
        List<String> ids = daysBetween(from, to)
                .map(day -> RollupKey.ofUser(Periods.day(day), userId).id())
                .toList();
        for (Document day : find(generation, ids)) {
            add(sums, day);
            subDocuments(day, "bySubject")
                    .forEach((key, subject) -> sums.addSubject(
                            SubjectKeys.unescape(key),
                            number(subject, "studyMinutes"),
                            number(subject, "todosCompleted"),
                            number(subject, "questionsCompleted")));
        }
        return sums.toAnalytics(
                MongoStreaks.read(generation, Map.of(userId, today)).getOrDefault(userId, 0));
    }

    static Analytics readAllUsers(ReadGeneration generation, LocalDate from, LocalDate to, LocalDate today) {
        AnalyticsSums sums = new AnalyticsSums(from, to);
        find(generation, allUsersIds(from, to)).forEach(day -> add(sums, day));
        Document subjects = new Document(
                        "period",
                        new Document(
                                "$in", daysBetween(from, to).map(Periods::day).toList()))
                .append("kind", RollupKey.SUBJECT);
        for (Document subject : generation.rollups().find(subjects).projection(WITHOUT_WATERMARKS)) {
            String name = DocumentFields.text(subject, "subject");
            if (name == null) {
                continue;
            }
            sums.addSubject(
                    name,
                    number(subject, "studyMinutes"),
                    number(subject, "todosCompleted"),
                    number(subject, "questionsCompleted"));
        }
        return sums.toAnalytics(readStreakOfAllUsers(generation, today));
    }

    private static int readStreakOfAllUsers(ReadGeneration generation, LocalDate today) {
        Set<LocalDate> active = new HashSet<>();
        LocalDate to = today;
        int length;
        LocalDate from;
        do {
            from = to.minusDays(STREAK_CHUNK_DAYS - 1L);
            for (Document day : find(generation, allUsersIds(from, to))) {
                if (number(day, "sessions") > 0 || number(day, "todosCompleted") > 0) {
                    active.add(dayOf(day));
                }
            }
            length = Streaks.length(today, active::contains);
            to = from.minusDays(1);
        } while (active.contains(from) && !today.minusDays(length).isAfter(from));
        return length;
    }

    private static List<String> allUsersIds(LocalDate from, LocalDate to) {
        return daysBetween(from, to)
                .map(day -> RollupKey.ofAllUsers(Periods.day(day)).id())
                .toList();
    }

    private static Stream<LocalDate> daysBetween(LocalDate from, LocalDate to) {
        return from.datesUntil(to.plusDays(1));
    }

    private static Iterable<Document> find(ReadGeneration generation, List<String> ids) {
        return generation
                .rollups()
                .find(new Document("_id", new Document("$in", ids)))
                .projection(WITHOUT_WATERMARKS);
    }

    private static void add(AnalyticsSums sums, Document rollup) {
        LocalDate day = dayOf(rollup);
        sums.addPoints(number(rollup, "points"));
        sums.addMinutes(day, number(rollup, "studyMinutes"));
        Document sessions = DocumentFields.document(rollup, "sessionsByType");
        sessions.keySet().forEach(type -> sums.addSessions(day, type, number(sessions, type)));
        sums.addTodos(day, number(rollup, "todosCompleted"), number(rollup, "questionsCompleted"));
        subDocuments(rollup, "byDifficulty")
                .forEach((difficulty, amounts) -> sums.addDifficulty(
                        difficulty, number(amounts, "todosCompleted"), number(amounts, "questionsCompleted")));
    }

    private static Map<String, Document> subDocuments(Document rollup, String field) {
        Map<String, Document> found = new HashMap<>();
        Document parent = DocumentFields.document(rollup, field);
        parent.keySet().forEach(key -> found.put(key, DocumentFields.document(parent, key)));
        return found;
    }

    /** Returns the day of a rollup that was found by its id, which begins with the day. */
    private static LocalDate dayOf(Document rollup) {
        String id = rollup.getString("_id");
        return LocalDate.parse(id.substring(0, id.indexOf(':')));
    }
}
