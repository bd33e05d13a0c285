package dev.studybuddy.api.leaderboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A ladder estimates how many users have more points than a number. It holds the number of users in bands of points;
 * inside a band it assumes that the users are spread evenly.
 */
final class RankLadder {

    /** A band with at most this share of all users is not divided further. */
    private static final double MAX_SHARE = 0.02;

    private static final int MAX_COUNTS = 300;

    private final List<Band> bands;

    private RankLadder(List<Band> bands) {
        this.bands = bands;
    }

    /** Counts the users whose points are above a first and at most a second number. */
    @FunctionalInterface
    interface Counter {
        long count(long above, long upTo);
    }

    /** A band holds the number of users whose points are above {@code above} and at most {@code upTo}. */
    private record Band(long above, long upTo, long users) {}

    /**
     * Counts the users of a period, and divides the bands with many users.
     *
     * @param highest the points of the best user
     */
    static RankLadder build(long highest, Counter counter) {
        long total = counter.count(0, highest);
        List<Band> open = new ArrayList<>(List.of(new Band(0, highest, total)));
        List<Band> done = new ArrayList<>();
        int counts = 1;
        while (!open.isEmpty()) {
            Band band = open.removeLast();
            if (band.users() <= total * MAX_SHARE || band.upTo() - band.above() <= 1 || counts >= MAX_COUNTS) {
                done.add(band);
                continue;
            }
            long middle = band.above() + (band.upTo() - band.above()) / 2;
            // Most users have few points, so the upper half is the cheaper one to count.
            long upper = Math.min(band.users(), counter.count(middle, band.upTo()));
            counts++;
            open.add(new Band(band.above(), middle, band.users() - upper));
            open.add(new Band(middle, band.upTo(), upper));
        }
        done.sort(Comparator.comparingLong(Band::upTo).reversed());
        return new RankLadder(done);
    }

    /** Returns the estimated number of users with more points. */
    long estimateBetter(long points) {
        double better = 0;
        for (Band band : bands) {
            if (points <= band.above()) {
                better += band.users();
            } else if (points < band.upTo()) {
                double share = (double) (band.upTo() - points) / (band.upTo() - band.above());
                better += band.users() * share;
            }
        }
        return Math.round(better);
    }
}
