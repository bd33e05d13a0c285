package dev.studybuddy.api.cockroach;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Spreads the rows of a table over buckets, so that an index by time can start with the bucket. An index that starts
 * with a time is one hot range on CockroachDB. Rows that were written before their table had buckets are in bucket 0.
 */
public final class TimeBuckets {

    private static final int COUNT = 16;
    private static final String PLACEHOLDER = "{bucket}";

    private TimeBuckets() {}

    /** Returns the bucket of a row whose primary key has this value. */
    public static int of(Object key) {
        return Math.floorMod(key.hashCode(), COUNT);
    }

    /**
     * Returns the union of a query over all buckets, so that each bucket is read along its part of the index.
     *
     * @param query a query in parentheses, in which {@code {bucket}} stands for the number of the bucket
     */
    public static String union(String query) {
        return IntStream.range(0, COUNT)
                .mapToObj(bucket -> query.replace(PLACEHOLDER, String.valueOf(bucket)))
                .collect(Collectors.joining(" UNION ALL "));
    }
}
