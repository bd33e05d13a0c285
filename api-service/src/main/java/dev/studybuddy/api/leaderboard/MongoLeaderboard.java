package dev.studybuddy.api.leaderboard;

import com.mongodb.client.model.CountOptions;
import dev.studybuddy.api.leaderboard.Ranked.Row;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.streak.MongoStreaks;
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

/** Reads the leaderboard of one period from the users' rollups, along the index {period, kind, points, userId}. */
final class MongoLeaderboard {

    private static final int MIN_PAGE_SIZE = 20;
    private static final int MAX_PAGES = 50;
    private static final int MAX_COUNTED = 100_000;

    private final ReadGeneration generation;
    private final LeaderboardQuery query;
    private final String period;
    private final Map<String, Profile> profiles = new HashMap<>();

    private MongoLeaderboard(ReadGeneration generation, LeaderboardQuery query) {
        this.generation = generation;
        this.query = query;
        this.period = query.period().nameOn(query.date(readCallerZone()));
    }

    static Leaderboard read(ReadGeneration generation, LeaderboardQuery query) {
        return new MongoLeaderboard(generation, query).read();
    }

    private Leaderboard read() {
        return query.around().isPresent() ? readAround(query.around().get()) : readFromTop();
    }

    private ZoneId readCallerZone() {
        if (query.on().isPresent() || query.period() == LeaderboardPeriod.ALL) {
            return ZoneOffset.UTC;
        }
        Profile caller = MongoProfiles.read(generation, List.of(query.caller())).get(query.caller());
        return caller == null ? ZoneOffset.UTC : caller.zone();
    }

    private Leaderboard readFromTop() {
        return build(readNext(null, false, query.limit()), 0, 0);
    }

    private Leaderboard readAround(String user) {
        Document own = generation
                .totals()
                .find(new Document("_id", RollupKey.ofUser(period, user).id()))
                .first();
        Row middle = own == null ? null : row(own);
        loadProfiles(List.of(user));
        if (middle == null || middle.points() <= 0 || !isVisible(user)) {
            return new Leaderboard(period, query.now(), List.of());
        }
        List<Row> above = query.maxAbove() == 0 ? List.of() : readNext(middle, true, query.maxAbove());
        long visibleAbove =
                above.stream().filter(row -> isVisible(row.userId())).count();
        int remaining = query.limit() - 1 - (int) visibleAbove;
        List<Row> below = remaining == 0 ? List.of() : readNext(middle, false, remaining);
        List<Row> rows = Stream.of(above.reversed(), List.of(middle), below)
                .flatMap(List::stream)
                .toList();
        long better = count(Optional.empty(), rows.getFirst());
        long before = better + count(Optional.of(rows.getFirst().userId()), rows.getFirst());
        return build(rows, before, better);
    }

    private Leaderboard build(List<Row> rows, long before, long better) {
        List<Ranked> shown = Ranked.of(rows, before, better).stream()
                .filter(one -> isVisible(one.row().userId()))
                .toList();
        Map<String, LocalDate> todays = new HashMap<>();
        shown.forEach(one -> {
            Profile profile = profileOf(one.row().userId());
            todays.put(profile.userId(), LocalDate.ofInstant(query.now(), profile.zone()));
        });
        Map<String, Integer> streaks = MongoStreaks.read(generation, todays);
        List<Leaderboard.Entry> entries = shown.stream()
                .map(one -> profileOf(one.row().userId())
                        .toEntry(one, streaks.getOrDefault(one.row().userId(), 0), better < MAX_COUNTED))
                .toList();
        return new Leaderboard(period, query.now(), entries);
    }

    /**
     * Reads the rows next to a row, nearest first, until enough of them are visible to the caller. The result includes
     * hidden users, because they count for the ranks.
     *
     * @param from the row to start from; null for the top of the period
     * @param visibleLimit the number of visible rows to read
     */
    private List<Row> readNext(@Nullable Row from, boolean upwards, int visibleLimit) {
        List<Row> rows = new ArrayList<>();
        int visibleCount = 0;
        Row last = from;
        int size = Math.max(MIN_PAGE_SIZE, visibleLimit + visibleLimit / 2);
        for (int page = 0; page < MAX_PAGES; page++) {
            List<Row> next = new ArrayList<>();
            for (Document rollup : generation
                    .totals()
                    .find(nextFilter(last, upwards))
                    .sort(new Document("points", upwards ? 1 : -1).append("userId", upwards ? -1 : 1))
                    .limit(size)
                    .projection(new Document("userId", 1)
                            .append("points", 1)
                            .append("studyMinutes", 1)
                            .append("todosCompleted", 1))) {
                next.add(row(rollup));
            }
            loadProfiles(next.stream().map(Row::userId).toList());
            for (Row row : next) {
                rows.add(row);
                if (isVisible(row.userId()) && ++visibleCount == visibleLimit) {
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

    private Document periodFilter() {
        return new Document("period", period).append("kind", RollupKey.USER);
    }

    private Document nextFilter(@Nullable Row from, boolean upwards) {
        if (from == null) {
            return periodFilter().append("points", new Document("$gt", 0));
        }
        String comparison = upwards ? "$gt" : "$lt";
        Document equals = new Document("points", from.points())
                .append("userId", new Document(upwards ? "$lt" : "$gt", from.userId()));
        Document further = new Document("points", new Document(comparison, from.points()));
        return periodFilter().append("points", new Document("$gt", 0)).append("$or", List.of(further, equals));
    }

    /**
     * Counts the users with more points than the row, up to a limit. If a user is given, it counts instead the users with
     * as many points as the row whose ids precede that user's id.
     */
    private long count(Optional<String> equalsBefore, Row row) {
        Document filter = periodFilter();
        equalsBefore.ifPresentOrElse(
                user -> filter.append("points", row.points()).append("userId", new Document("$lt", user)),
                () -> filter.append("points", new Document("$gt", row.points())));
        return generation.totals().countDocuments(filter, new CountOptions().limit(MAX_COUNTED));
    }

    private void loadProfiles(List<String> users) {
        List<String> missing =
                users.stream().filter(user -> !profiles.containsKey(user)).toList();
        if (!missing.isEmpty()) {
            profiles.putAll(MongoProfiles.read(generation, missing));
        }
    }

    private boolean isVisible(String user) {
        Profile profile = profiles.get(user);
        return profile != null && profile.isVisibleTo(query.caller());
    }

    private Profile profileOf(String user) {
        Profile profile = profiles.get(user);
        if (profile == null) {
            throw new IllegalStateException("a user without a profile cannot be shown");
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
