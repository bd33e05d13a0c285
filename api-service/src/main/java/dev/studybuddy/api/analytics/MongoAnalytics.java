package dev.studybuddy.api.analytics;

import dev.studybuddy.api.mongo.ReadGeneration;
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

/** Analytics from the rollups of days: one look-up by ids. */
final class MongoAnalytics {

    private static final int STREAK_CHUNK_DAYS = 62;
    private static final Document WITHOUT_WATERMARKS = new Document("w", 0);

    private MongoAnalytics() {}

    static Analytics ofUser(ReadGeneration generation, String userId, LocalDate from, LocalDate to, LocalDate today) {
        AnalyticsSums sums = new AnalyticsSums(from, to);
        List<String> ids = days(from, to)
                .map(day -> RollupKey.ofUser(Periods.day(day), userId).id())
                .toList();
        for (Document day : find(generation, ids)) {
            add(sums, day);
            subDocuments(day, "bySubject")
                    .forEach((key, subject) -> sums.subject(
                            SubjectKeys.unescape(key),
                            number(subject, "studyMinutes"),
                            number(subject, "todosCompleted"),
                            number(subject, "questionsCompleted")));
        }
        return sums.answer(MongoStreaks.of(generation, Map.of(userId, today)).getOrDefault(userId, 0));
    }

    static Analytics ofEveryone(ReadGeneration generation, LocalDate from, LocalDate to) {
        AnalyticsSums sums = new AnalyticsSums(from, to);
        find(generation, everyone(from, to)).forEach(day -> add(sums, day));
        Document subjects = new Document(
                        "period",
                        new Document("$in", days(from, to).map(Periods::day).toList()))
                .append("kind", RollupKey.SUBJECT);
        for (Document subject : generation.totals().find(subjects).projection(WITHOUT_WATERMARKS)) {
            String key = subject.getString("_id")
                    .substring(subject.getString("period").length() + ":*:".length());
            sums.subject(
                    SubjectKeys.unescape(key),
                    number(subject, "studyMinutes"),
                    number(subject, "todosCompleted"),
                    number(subject, "questionsCompleted"));
        }
        return sums.answer(streakOfEveryone(generation, to));
    }

    private static int streakOfEveryone(ReadGeneration generation, LocalDate today) {
        Set<LocalDate> active = new HashSet<>();
        LocalDate to = today;
        int length;
        LocalDate from;
        do {
            from = to.minusDays(STREAK_CHUNK_DAYS - 1L);
            for (Document day : find(generation, everyone(from, to))) {
                if (number(day, "sessions") > 0 || number(day, "todosCompleted") > 0) {
                    active.add(LocalDate.parse(day.getString("period")));
                }
            }
            length = Streaks.length(today, active::contains);
            to = from.minusDays(1);
        } while (active.contains(from) && !today.minusDays(length).isAfter(from));
        return length;
    }

    private static List<String> everyone(LocalDate from, LocalDate to) {
        return days(from, to)
                .map(day -> RollupKey.ofEveryone(Periods.day(day)).id())
                .toList();
    }

    private static Stream<LocalDate> days(LocalDate from, LocalDate to) {
        return from.datesUntil(to.plusDays(1));
    }

    private static Iterable<Document> find(ReadGeneration generation, List<String> ids) {
        return generation
                .totals()
                .find(new Document("_id", new Document("$in", ids)))
                .projection(WITHOUT_WATERMARKS);
    }

    private static void add(AnalyticsSums sums, Document rollup) {
        LocalDate day = LocalDate.parse(rollup.getString("period"));
        sums.points(number(rollup, "points"));
        sums.minutes(day, number(rollup, "studyMinutes"));
        rollup.get("sessionsByType", new Document())
                .forEach((type, amount) -> sums.sessions(day, type, ((Number) amount).longValue()));
        sums.todos(day, number(rollup, "todosCompleted"), number(rollup, "questionsCompleted"));
        subDocuments(rollup, "byDifficulty")
                .forEach((difficulty, amounts) -> sums.difficulty(
                        difficulty, number(amounts, "todosCompleted"), number(amounts, "questionsCompleted")));
    }

    private static Map<String, Document> subDocuments(Document rollup, String field) {
        Map<String, Document> found = new HashMap<>();
        rollup.get(field, new Document()).forEach((key, value) -> found.put(key, (Document) value));
        return found;
    }

    private static long number(Document document, String field) {
        return document.get(field) instanceof Number number ? number.longValue() : 0;
    }
}
