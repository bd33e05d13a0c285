package dev.studybuddy.api.leaderboard;

import dev.studybuddy.api.http.TaggedBody;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * A page holds consecutive users of a period, hidden users included. All callers share it, and each of them sees the
 * visible users and themselves.
 */
final class LeaderboardPage {

    /** Most clients request one of a few limits, so a page keeps only a few rendered answers. */
    private static final int MAX_BODIES = 8;

    private final String period;
    private final Instant asOf;
    private final Optional<String> around;
    private final List<RankedUser> users;
    private final Map<Integer, TaggedBody> publicBodies = new ConcurrentHashMap<>();

    /**
     * Creates a page.
     *
     * @param asOf the time at which the page was read, or the time of the earlier state of CockroachDB that the read
     *     returned
     * @param around the id of the user in the middle; empty if the page starts at the top
     * @param users the users in the order of their ranks, without deleted users
     */
    LeaderboardPage(String period, Instant asOf, Optional<String> around, List<RankedUser> users) {
        this.period = period;
        this.asOf = asOf;
        this.around = around;
        this.users = List.copyOf(users);
    }

    /**
     * A ranked user is a user with a rank and a profile.
     *
     * @param exact whether the rank is exact; otherwise it is an estimate
     */
    record RankedUser(RankedRow ranked, Profile profile, int streak, boolean exact) {

        Leaderboard.Entry toEntry() {
            return profile.toEntry(ranked, streak, exact);
        }
    }

    /** Returns the time of the data of the page. */
    Instant asOf() {
        return asOf;
    }

    /** Returns the rendered leaderboard that a caller sees. Callers who see the same entries share it. */
    TaggedBody render(JsonMapper json, String caller, int limit) {
        boolean seesMore = users.stream()
                .anyMatch(user ->
                        !user.profile().shown() && user.profile().userId().equals(caller));
        return seesMore || (publicBodies.size() >= MAX_BODIES && !publicBodies.containsKey(limit))
                ? renderBody(json, caller, limit)
                : publicBodies.computeIfAbsent(limit, any -> renderBody(json, caller, limit));
    }

    private TaggedBody renderBody(JsonMapper json, String caller, int limit) {
        List<Leaderboard.Entry> entries =
                visibleTo(caller, limit).map(RankedUser::toEntry).toList();
        // The time of the read changes with each page, so it does not belong to the content that the tag identifies.
        return TaggedBody.of(json, new Leaderboard(period, asOf, entries), List.of(period, entries));
    }

    private Stream<RankedUser> visibleTo(String caller, int limit) {
        List<RankedUser> visible = users.stream()
                .filter(user -> user.profile().isVisibleTo(caller))
                .toList();
        if (around.isEmpty()) {
            return visible.stream().limit(limit);
        }
        int middle = indexOf(visible, around.get());
        if (middle < 0) {
            return Stream.empty();
        }
        List<RankedUser> chosen = new ArrayList<>(
                visible.subList(Math.max(0, middle - LeaderboardQuery.maxAbove(limit)), visible.size()));
        return chosen.stream().limit(limit);
    }

    private static int indexOf(List<RankedUser> visible, String user) {
        for (int index = 0; index < visible.size(); index++) {
            if (visible.get(index).profile().userId().equals(user)) {
                return index;
            }
        }
        return -1;
    }
}
