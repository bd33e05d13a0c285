package dev.studybuddy.api.leaderboard;

import com.mongodb.client.model.CountOptions;
import dev.studybuddy.api.analytics.MongoStreaks;
import dev.studybuddy.api.leaderboard.Ranked.Row;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.readmodel.RollupKey;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** The leaderboard from users' rollups of one period, walked along the index {period, kind, points, userId}. */
final class MongoLeaderboard {

    private static final int LEAST_PAGE = 20;
    private static final int MOST_PAGES = 50;
    private static final int MOST_COUNTED = 100_000;

    private final ReadGeneration generation;
    private final BoardQuery query;
    private final String period;
    private final Map<String, Profile> profiles = new HashMap<>();

    private MongoLeaderboard(ReadGeneration generation, BoardQuery query) {
        this.generation = generation;
        this.query = query;
        this.period = query.period().on(query.date(zoneOfCaller()));
    }

    static Leaderboard read(ReadGeneration generation, BoardQuery query) {
        return new MongoLeaderboard(generation, query).read();
    }

    private Leaderboard read() {
        return query.around().isPresent() ? around(query.around().get()) : fromTheTop();
    }

    private ZoneId zoneOfCaller() {
        if (query.on().isPresent() || query.period() == BoardPeriod.ALL) {
            return ZoneOffset.UTC;
        }
        Profile caller = MongoProfiles.of(generation, List.of(query.caller())).get(query.caller());
        return caller == null ? ZoneOffset.UTC : caller.zone();
    }

    private Leaderboard fromTheTop() {
        return answer(walk(null, false, query.limit()), 0, 0);
    }

    private Leaderboard around(String user) {
        Document own = generation
                .totals()
                .find(new Document("_id", RollupKey.ofUser(period, user).id()))
                .first();
        Row middle = own == null ? null : row(own);
        learn(List.of(user));
        if (middle == null || middle.points() <= 0 || !visible(user)) {
            return new Leaderboard(period, query.now(), List.of());
        }
        List<Row> above = query.above() == 0 ? List.of() : walk(middle, true, query.above());
        long shownAbove = above.stream().filter(row -> visible(row.userId())).count();
        int room = query.limit() - 1 - (int) shownAbove;
        List<Row> below = room == 0 ? List.of() : walk(middle, false, room);
        List<Row> rows = Stream.of(above.reversed(), List.of(middle), below)
                .flatMap(List::stream)
                .toList();
        long better = count(Optional.empty(), rows.getFirst());
        long before = better + count(Optional.of(rows.getFirst().userId()), rows.getFirst());
        return answer(rows, before, better);
    }

    private Leaderboard answer(List<Row> rows, long before, long better) {
        List<Ranked> shown = Ranked.of(rows, before, better).stream()
                .filter(one -> visible(one.row().userId()))
                .toList();
        Map<String, LocalDate> todays = new HashMap<>();
        shown.forEach(one -> {
            Profile profile = profile(one.row().userId());
            todays.put(profile.userId(), LocalDate.ofInstant(query.now(), profile.zone()));
        });
        Map<String, Integer> streaks = MongoStreaks.of(generation, todays);
        List<Leaderboard.Entry> entries = shown.stream()
                .map(one -> profile(one.row().userId())
                        .entry(one, streaks.getOrDefault(one.row().userId(), 0), better < MOST_COUNTED))
                .toList();
        return new Leaderboard(period, query.now(), entries);
    }

    /** Rows next to one, nearest first, hidden ones too, until so many can be shown. */
    private List<Row> walk(@Nullable Row from, boolean upwards, int wanted) {
        List<Row> rows = new ArrayList<>();
        int shown = 0;
        Row last = from;
        int size = Math.max(LEAST_PAGE, wanted + wanted / 2);
        for (int page = 0; page < MOST_PAGES; page++) {
            List<Row> next = new ArrayList<>();
            for (Document rollup : generation
                    .totals()
                    .find(beside(last, upwards))
                    .sort(new Document("points", upwards ? 1 : -1).append("userId", upwards ? -1 : 1))
                    .limit(size)
                    .projection(new Document("userId", 1)
                            .append("points", 1)
                            .append("studyMinutes", 1)
                            .append("todosCompleted", 1))) {
                next.add(row(rollup));
            }
            learn(next.stream().map(Row::userId).toList());
            for (Row row : next) {
                rows.add(row);
                if (visible(row.userId()) && ++shown == wanted) {
                    return rows;
                }
            }
            if (next.size() < size) {
                return rows;
            }
            last = next.getLast();
        }
        return rows;
    }

    private Document ofPeriod() {
        return new Document("period", period).append("kind", RollupKey.USER);
    }

    private Document beside(@Nullable Row from, boolean upwards) {
        if (from == null) {
            return ofPeriod().append("points", new Document("$gt", 0));
        }
        String farther = upwards ? "$gt" : "$lt";
        Document equals = new Document("points", from.points())
                .append("userId", new Document(upwards ? "$lt" : "$gt", from.userId()));
        Document others = new Document("points", new Document(farther, from.points()));
        return ofPeriod().append("points", new Document("$gt", 0)).append("$or", List.of(others, equals));
    }

    /** How many have more points, or, with a user, as many and stand before that user. */
    private long count(Optional<String> equalsBefore, Row row) {
        Document filter = ofPeriod();
        equalsBefore.ifPresentOrElse(
                user -> filter.append("points", row.points()).append("userId", new Document("$lt", user)),
                () -> filter.append("points", new Document("$gt", row.points())));
        return generation.totals().countDocuments(filter, new CountOptions().limit(MOST_COUNTED));
    }

    private void learn(List<String> users) {
        List<String> unknown =
                users.stream().filter(user -> !profiles.containsKey(user)).toList();
        if (!unknown.isEmpty()) {
            profiles.putAll(MongoProfiles.of(generation, unknown));
        }
    }

    private boolean visible(String user) {
        Profile profile = profiles.get(user);
        return profile != null && profile.visibleTo(query.caller());
    }

    private Profile profile(String user) {
        Profile profile = profiles.get(user);
        if (profile == null) {
            throw new IllegalStateException("only users with a profile are shown");
        }
        return profile;
    }

    private static Row row(Document rollup) {
        return new Row(
                rollup.getString("userId"),
                number(rollup, "points"),
                number(rollup, "studyMinutes"),
                number(rollup, "todosCompleted"));
    }

    private static long number(Document document, String field) {
        return document.get(field) instanceof Number number ? number.longValue() : 0;
    }
}
