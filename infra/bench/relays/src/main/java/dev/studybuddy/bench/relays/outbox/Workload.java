package dev.studybuddy.bench.relays.outbox;

/**
 * Events 0 to {@code events − 1}: event n is version {@code n / aggregates + 1} of aggregate {@code n % aggregates}, so all
 * first versions come before all second ones.
 *
 * @param prefix of the aggregates' ids
 */
public record Workload(String prefix, int events, int aggregates) {

    /** Versions that each aggregate has in a backlog. */
    private static final int VERSIONS = 4;

    /** Most of the payload: 272 hex digits that no compressor finds twice, for some 400 bytes in all. */
    public static final int PAD_LENGTH = 272;

    /** Many aggregates with 4 versions each. */
    public static Workload spread(String prefix, int events) {
        return new Workload(prefix, events, Math.max(1, events / VERSIONS));
    }

    public String key(long n) {
        return prefix + "-" + n % aggregates;
    }

    public long version(long n) {
        return n / aggregates + 1;
    }
}
