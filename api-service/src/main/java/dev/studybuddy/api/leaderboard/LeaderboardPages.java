package dev.studybuddy.api.leaderboard;

import dev.studybuddy.api.consistency.SharedRead;
import dev.studybuddy.api.consistency.SharedResults;
import dev.studybuddy.api.mongo.MongoReadBreaker;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.background.MonotonicClock;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Reads the pages of the leaderboard from MongoDB, and shares each page between all callers for the time {@code
 * studybuddy.leaderboard.cache}. After this time, one request reads the page again. During that read, the other
 * requests receive the previous page if its age is less than twice this time. The zone of a caller, on which the
 * present day, week, month or year can depend, is kept for the same time.
 */
@Component
final class LeaderboardPages {

    private static final int MAX_PAGES = 500;
    private static final int MAX_CALLERS = 10_000;

    private final SharedResults<Key, LeaderboardPage> pages;
    private final SharedResults<CallerKey, ZoneId> callerZones;
    private final MongoReadBreaker breaker;
    private final RankEstimates estimates;
    private final Clock clock;

    LeaderboardPages(
            LeaderboardProperties properties,
            MongoReadBreaker breaker,
            RankEstimates estimates,
            MonotonicClock monotonicClock,
            Clock clock) {
        this.pages = new SharedResults<>(properties.cache(), MAX_PAGES, breaker, monotonicClock);
        this.callerZones = new SharedResults<>(properties.cache(), MAX_CALLERS, breaker, monotonicClock);
        this.breaker = breaker;
        this.estimates = estimates;
        this.clock = clock;
    }

    /**
     * A key identifies a page.
     *
     * @param limit the largest number of entries of the page
     */
    private record Key(int generation, String period, Optional<String> around, int limit) {}

    /** A key identifies the mirror of a caller. */
    private record CallerKey(int generation, String id) {}

    /**
     * Returns the page that answers a query.
     *
     * @throws dev.studybuddy.api.mongo.MongoUnavailableException if MongoDB is unavailable
     */
    SharedRead.Result<LeaderboardPage> read(
            ReadGeneration generation, LeaderboardQuery query, SharedRead.Freshness freshness) {
        LocalDate date =
                query.findDate().orElseGet(() -> query.today(findCallerZone(generation, query.caller(), freshness)));
        Key key = new Key(generation.number(), query.period().nameOn(date), query.around(), query.pageLimit());
        return pages.read(key, freshness, () -> compute(generation, key));
    }

    /** Returns the zone of a caller, which may be as old as a shared page unless the caller requires own writes. */
    private ZoneId findCallerZone(ReadGeneration generation, String caller, SharedRead.Freshness freshness) {
        Supplier<ZoneId> read = () -> readZone(generation, caller);
        return freshness.showsWrites()
                ? breaker.read(read)
                : callerZones
                        .read(new CallerKey(generation.number(), caller), freshness, read)
                        .value();
    }

    private static ZoneId readZone(ReadGeneration generation, String user) {
        Profile profile = MongoProfiles.read(generation, List.of(user)).get(user);
        return profile == null ? ZoneOffset.UTC : profile.zone();
    }

    private LeaderboardPage compute(ReadGeneration generation, Key key) {
        MongoLeaderboard leaderboard = new MongoLeaderboard(generation, key.period(), clock.instant(), estimates);
        return key.around()
                .map(user -> leaderboard.readAround(user, key.limit()))
                .orElseGet(() -> leaderboard.readTop(key.limit()));
    }
}
