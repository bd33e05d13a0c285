package dev.studybuddy.readmodel;

import java.util.List;

/**
 * Names the index of users' rollups along which the API reads the leaderboard. The projector creates it in each
 * generation of the read model {@code study}.
 */
public final class LeaderboardIndex {

    private LeaderboardIndex() {}

    /**
     * Returns the index: the users of each period, those with the most points first, and users with equal points by id.
     */
    public static ReadModel.Index definition() {
        return new ReadModel.Index(
                Names.rollups(Names.STUDY),
                "leaderboard",
                List.of(
                        new ReadModel.Field("period", false),
                        new ReadModel.Field("kind", false),
                        new ReadModel.Field("points", true),
                        new ReadModel.Field("userId", false)));
    }
}
