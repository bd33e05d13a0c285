package dev.studybuddy.api.leaderboard;

import dev.studybuddy.api.leaderboard.LeaderboardPage.RankedUser;
import dev.studybuddy.api.leaderboard.RankedRow.Row;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.streak.MongoStreaks;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a page of the leaderboard of one period from MongoDB. It reads until enough users are visible to everybody, and
 * computes the ranks.
 */
final class MongoLeaderboard {

    private static final int MIN_PAGE_SIZE = 20;
    private static final int MAX_PAGES = 50;

    private final ReadGeneration generation;
    private final String period;
    private final Instant now;
    private final RankEstimates estimates;
    private final PointsIndexRange range;
    private final Map<String, Profile> profiles = new HashMap<>();

    MongoLeaderboard(ReadGeneration generation, String period, Instant now, RankEstimates estimates) {
        this.generation = generation;
        this.period = period;
        this.now = now;
        this.estimates = estimates;
        this.range = new PointsIndexRange(generation, period);
    }

    /** Reads users from the top, until the given number of them is visible to everybody. */
    LeaderboardPage readTop(int shownCount) {
        return page(Optional.empty(), rankUsers(readNext(null, false, shownCount), Preceding.NONE));
    }

    /**
     * Reads the users around a user, until enough of them are visible to everybody. The page is empty if the user has
     * no points in the period.
     */
    LeaderboardPage readAround(String user, int limit) {
        Row middle = range.find(user);
        if (middle == null || middle.points() <= 0) {
            return page(Optional.of(user), List.of());
        }
        loadProfiles(List.of(user));
        int maxAbove = LeaderboardQuery.maxAbove(limit);
        List<Row> above = maxAbove == 0 ? List.of() : readNext(middle, true, maxAbove);
        int shownAbove =
                (int) above.stream().filter(row -> isShown(row.userId())).count();
        int remaining = limit - 1 - shownAbove;
        List<Row> below = remaining == 0 ? List.of() : readNext(middle, false, remaining);
        List<Row> rows = Stream.of(above.reversed(), List.of(middle), below)
                .flatMap(List::stream)
                .toList();
        return page(Optional.of(user), rankUsers(rows, countPreceding(rows)));
    }

    /**
     * Holds the numbers of rows of the period that precede the first row of a page.
     *
     * @param better the number of rows with more points
     * @param betterExact whether {@code better} was counted; otherwise it is an estimate
     * @param all the number of all rows, those with equal points included
     * @param allExact whether {@code all} was counted; otherwise it is an estimate
     */
    private record Preceding(long better, boolean betterExact, long all, boolean allExact) {

        private static final Preceding NONE = new Preceding(0, true, 0, true);
    }

    private Preceding countPreceding(List<Row> rows) {
        Row first = rows.getFirst();
        long counted = range.countBetter(first.points());
        boolean betterExact = counted < PointsIndexRange.MAX_COUNTED;
        long better = betterExact ? counted : estimateAtLeast(counted, first.points());
        long equals = range.countEqualsBefore(first);
        boolean equalsExact = equals < PointsIndexRange.MAX_COUNTED;
        long all = better + equals;
        if (!equalsExact) {
            long equalsOfPage =
                    rows.stream().filter(row -> row.points() == first.points()).count();
            all = estimateAtLeast(all + equalsOfPage, first.points() - 1) - equalsOfPage;
        }
        return new Preceding(better, betterExact, all, betterExact && equalsExact);
    }

    /** Returns the estimated number of rows with more points, or a number that was counted if that is larger. */
    private long estimateAtLeast(long counted, long points) {
        return Math.max(counted, estimates.find(generation, period, points).orElse(counted));
    }

    private LeaderboardPage page(Optional<String> around, List<RankedUser> users) {
        return new LeaderboardPage(period, now, around, users);
    }

    private List<RankedUser> rankUsers(List<Row> rows, Preceding preceding) {
        Map<String, LocalDate> todays = new HashMap<>();
        for (Row row : rows) {
            Profile profile = profiles.get(row.userId());
            if (profile != null) {
                todays.put(row.userId(), LocalDate.ofInstant(now, profile.zone()));
            }
        }
        Map<String, Integer> streaks = MongoStreaks.read(generation, todays);
        List<RankedUser> users = new ArrayList<>();
        for (RankedRow ranked : RankedRow.of(rows, preceding.all(), preceding.better())) {
            String user = ranked.row().userId();
            Profile profile = profiles.get(user);
            if (profile != null) {
                // The rank of a row with the points of the first row does not depend on the number of equal rows before
                // the page.
                boolean exact = ranked.row().points() == rows.getFirst().points()
                        ? preceding.betterExact()
                        : preceding.allExact();
                users.add(new RankedUser(ranked, profile, streaks.getOrDefault(user, 0), exact));
            }
        }
        return users;
    }

    /**
     * Reads the rows next to a row, nearest first, until enough of them are visible to everybody. The result includes
     * hidden users, because they count for the ranks and see themselves.
     *
     * @param from the row to start from; null for the top of the period
     * @param shownLimit the number of visible rows to read
     */
    private List<Row> readNext(@Nullable Row from, boolean upwards, int shownLimit) {
        List<Row> rows = new ArrayList<>();
        int shownCount = 0;
        Row last = from;
        int size = Math.max(MIN_PAGE_SIZE, shownLimit + shownLimit / 2);
        for (int page = 0; page < MAX_PAGES; page++) {
            List<Row> next = range.readRows(last, upwards, size);
            loadProfiles(next.stream().map(Row::userId).toList());
            for (Row row : next) {
                rows.add(row);
                if (isShown(row.userId()) && ++shownCount == shownLimit) {
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

    private void loadProfiles(List<String> users) {
        List<String> missing =
                users.stream().filter(user -> !profiles.containsKey(user)).toList();
        if (!missing.isEmpty()) {
            profiles.putAll(MongoProfiles.read(generation, missing));
        }
    }

    private boolean isShown(String user) {
        Profile profile = profiles.get(user);
        return profile != null && profile.shown();
    }
}
