package dev.studybuddy.bench.relays;

import org.HdrHistogram.Histogram;

/**
 * What one case showed. Times in seconds, lags in milliseconds; −1 where there is no such figure.
 *
 * @param scenario {@code drain}, {@code hot keys} or {@code lag}
 * @param offeredPerSecond what was asked of the generator; −1 for a backlog
 * @param reachedPerSecond what it wrote
 * @param publishedPerSecond different events that came, by the time from the first commit to the last append
 * @param wakeUps whether the generator sent wake-ups
 * @param statementsPerEvent statements that PostgreSQL counted, begin and commit among them
 * @param otherCores how many cores other work of the machine took meanwhile
 * @param load the machine's load average before
 */
record Result(
        String relay,
        String title,
        String version,
        String scenario,
        double offeredPerSecond,
        double reachedPerSecond,
        double publishedPerSecond,
        boolean wakeUps,
        long expected,
        long distinct,
        long missing,
        long repeats,
        long outOfOrder,
        double seconds,
        double lagP50,
        double lagP95,
        double lagP99,
        double lagMax,
        double relayCpuMicros,
        double sqlCpuMicros,
        double kafkaCpuMicros,
        double statementsPerEvent,
        double otherCores,
        double load) {

    private static final double MICROS_PER_MILLI = 1000;
    private static final double MICROS_PER_SECOND = 1e6;

    /** Whether all came, each in order. */
    boolean correct() {
        return missing == 0 && outOfOrder == 0;
    }

    static double millis(Histogram lag, double percentile) {
        return lag.getTotalCount() == 0 ? -1 : lag.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }

    static double microsPerEvent(double seconds, long events) {
        return events == 0 ? -1 : seconds * MICROS_PER_SECOND / events;
    }
}
