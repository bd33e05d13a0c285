package dev.studybuddy.api.streak;

import dev.studybuddy.api.mongo.DocumentFields;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/**
 * Computes the streaks of many users from their monthly rollups. It reads two months at once, and earlier months only
 * for users whose streak reaches back to the first day that was read; each further read doubles the span.
 */
public final class MongoStreaks {

    private static final int MAX_MONTHS = 1200;

    private MongoStreaks() {}

    /**
     * Returns the streak of each user in days, by user id.
     *
     * @param todays the present day of each user by user id, in the user's zone
     */
    public static Map<String, Integer> read(ReadGeneration generation, Map<String, LocalDate> todays) {
        Map<String, Set<LocalDate>> active = new HashMap<>();
        Map<String, Integer> streaks = new HashMap<>();
        List<String> remaining = List.copyOf(todays.keySet());
        int from = 0;
        int to = 2;
        while (!remaining.isEmpty() && to <= MAX_MONTHS) {
            load(generation, todays, remaining, from, to, active);
            List<String> unfinished = new ArrayList<>();
            for (String user : remaining) {
                LocalDate today = todayOf(todays, user);
                Set<LocalDate> days = active.getOrDefault(user, Set.of());
                int length = Streaks.length(today, days::contains);
                streaks.put(user, length);
                LocalDate first = YearMonth.from(today).minusMonths(to - 1L).atDay(1);
                if (length > 0
                        && days.contains(first)
                        && !today.minusDays(length).isAfter(first)) {
                    unfinished.add(user);
                }
            }
            remaining = unfinished;
            from = to;
            to *= 2;
        }
        return streaks;
    }

    private static void load(
            ReadGeneration generation,
            Map<String, LocalDate> todays,
            Collection<String> users,
            int from,
            int to,
            Map<String, Set<LocalDate>> active) {
        List<String> ids = new ArrayList<>();
        for (String user : users) {
            for (int back = from; back < to; back++) {
                LocalDate month = todayOf(todays, user).minusMonths(back);
                ids.add(RollupKey.ofUser(Periods.month(month), user).id());
            }
        }
        Document filter = new Document("_id", new Document("$in", ids));
        for (Document month : generation.rollups().find(filter).projection(new Document("active", 1))) {
            // The id of the rollup consists of the month and the user.
            String[] id = month.getString("_id").split(":", 2);
            YearMonth period = YearMonth.parse(id[0]);
            Document days = DocumentFields.document(month, "active");
            Set<LocalDate> activeDays = active.computeIfAbsent(id[1], any -> new HashSet<>());
            for (int day = 1; day <= period.lengthOfMonth(); day++) {
                if (DocumentFields.number(days, String.format(Locale.ROOT, "%02d", day)) > 0) {
                    activeDays.add(period.atDay(day));
                }
            }
        }
    }

    private static LocalDate todayOf(Map<String, LocalDate> todays, String user) {
        LocalDate today = todays.get(user);
        if (today == null) {
            throw new IllegalArgumentException("no present day is given for user " + user);
        }
        return today;
    }
}
