package dev.studybuddy.api.analytics;

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
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/** Streaks of many users from their months: two months at once, more only for those who were active all through. */
public final class MongoStreaks {

    private static final int MOST_MONTHS = 1200;

    private MongoStreaks() {}

    /** The streak of each user, given each one's today. */
    public static Map<String, Integer> of(ReadGeneration generation, Map<String, LocalDate> todays) {
        Map<String, Set<LocalDate>> active = new HashMap<>();
        Map<String, Integer> streaks = new HashMap<>();
        List<String> open = List.copyOf(todays.keySet());
        int from = 0;
        int to = 2;
        while (!open.isEmpty() && to <= MOST_MONTHS) {
            load(generation, todays, open, from, to, active);
            List<String> longer = new ArrayList<>();
            for (String user : open) {
                LocalDate today = day(todays, user);
                Set<LocalDate> days = active.getOrDefault(user, Set.of());
                int length = Streaks.length(today, days::contains);
                streaks.put(user, length);
                LocalDate first = YearMonth.from(today).minusMonths(to - 1L).atDay(1);
                if (length > 0
                        && days.contains(first)
                        && !today.minusDays(length).isAfter(first)) {
                    longer.add(user);
                }
            }
            open = longer;
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
                LocalDate month = day(todays, user).minusMonths(back);
                ids.add(RollupKey.ofUser(Periods.month(month), user).id());
            }
        }
        Document wanted = new Document("_id", new Document("$in", ids));
        Document fields = new Document("period", 1).append("userId", 1).append("active", 1);
        for (Document month : generation.totals().find(wanted).projection(fields)) {
            Document days = month.get("active", new Document());
            YearMonth period = YearMonth.parse(month.getString("period"));
            Set<LocalDate> known = active.computeIfAbsent(month.getString("userId"), any -> new HashSet<>());
            days.forEach((day, amount) -> {
                if (amount instanceof Number number && number.longValue() > 0) {
                    known.add(period.atDay(Integer.parseInt(day)));
                }
            });
        }
    }

    private static LocalDate day(Map<String, LocalDate> todays, String user) {
        LocalDate today = todays.get(user);
        if (today == null) {
            throw new IllegalArgumentException("no today for " + user);
        }
        return today;
    }
}
