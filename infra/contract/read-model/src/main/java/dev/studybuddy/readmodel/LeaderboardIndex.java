package dev.studybuddy.readmodel;

import java.util.List;

/**
 * Defines the index of users' rollups that the API uses to read the leaderboard. The projector creates it in each
 * generation of the read model {@code study}.
 */
public final class LeaderboardIndex {

    private LeaderboardIndex() {}

    /**
     * Returns the index. It orders the users of each period by points, the highest first, and users with equal points
     * by id.
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
