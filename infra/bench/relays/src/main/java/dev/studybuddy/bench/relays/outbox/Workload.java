package dev.studybuddy.bench.relays.outbox;

/**
 * A workload consists of the events 0 to {@code events − 1}. Event n is version {@code n / aggregates + 1} of aggregate
 * {@code n % aggregates}, so all first versions precede all second versions.
 *
 * @param prefix prefix of the aggregates' ids
 * @param events number of events
 * @param aggregates number of aggregates
 */
public record Workload(String prefix, int events, int aggregates) {

    /** Each aggregate has this number of versions in a backlog. */
    private static final int VERSIONS = 4;

    /** The payload contains this number of random hex digits. The whole payload has about 400 bytes. */
    public static final int PAD_LENGTH = 272;

    /** Returns a workload of many aggregates with 4 versions each. */
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
