package dev.studybuddy.api.leaderboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A histogram of points estimates how many users have more points than a number. It holds the number of users in each
 * bucket of points, and assumes that the users are spread evenly inside a bucket.
 */
final class PointsHistogram {

    /** A bucket with at most this share of all users is not divided further. */
    private static final double MAX_SHARE = 0.02;

    private static final int MAX_COUNTS = 300;

    private final List<Bucket> buckets;

    private PointsHistogram(List<Bucket> buckets) {
        this.buckets = buckets;
    }

    /** Counts the users whose points are greater than {@code above} and at most {@code upTo}. */
    @FunctionalInterface
    interface Counter {
        long count(long above, long upTo);
    }

    /** A bucket holds the number of users whose points are above {@code above} and at most {@code upTo}. */
    private record Bucket(long above, long upTo, long users) {}

    /**
     * Counts the users of a period, and divides the buckets with many users.
     *
     * @param highest the points of the best user
     */
    static PointsHistogram build(long highest, Counter counter) {
        long total = counter.count(0, highest);
        List<Bucket> open = new ArrayList<>(List.of(new Bucket(0, highest, total)));
        List<Bucket> done = new ArrayList<>();
        int counts = 1;
        while (!open.isEmpty()) {
            Bucket bucket = open.removeLast();
            if (bucket.users() <= total * MAX_SHARE || bucket.upTo() - bucket.above() <= 1 || counts >= MAX_COUNTS) {
                done.add(bucket);
                continue;
            }
            long middle = bucket.above() + (bucket.upTo() - bucket.above()) / 2;
            // Most users have few points, so the upper half is the cheaper one to count.
            long upper = Math.min(bucket.users(), counter.count(middle, bucket.upTo()));
            counts++;
            open.add(new Bucket(bucket.above(), middle, bucket.users() - upper));
            open.add(new Bucket(middle, bucket.upTo(), upper));
        }
        done.sort(Comparator.comparingLong(Bucket::upTo).reversed());
        return new PointsHistogram(done);
    }

    /** Returns the estimated number of users with more points. */
    long estimateBetter(long points) {
        double better = 0;
        for (Bucket bucket : buckets) {
            if (points <= bucket.above()) {
                better += bucket.users();
            } else if (points < bucket.upTo()) {
                double share = (double) (bucket.upTo() - points) / (bucket.upTo() - bucket.above());
                better += bucket.users() * share;
            }
        }
        return Math.round(better);
    }
}
