package dev.studybuddy.bench.relays;

import org.HdrHistogram.Histogram;

/**
 * This record holds the result of one relay in one scenario. A measurement that the scenario does not have is −1.
 *
 * @param relay id of the relay
 * @param title name of the relay in the report
 * @param version version of the measured program
 * @param scenario {@code drain}, {@code hot keys}, {@code lag}, or {@code writes} for a load without a relay
 * @param offeredPerSecond events per second that the generator was set to; −1 for a backlog
 * @param reachedPerSecond events per second that the generator wrote; −1 for a backlog
 * @param publishedPerSecond number of different events that arrived, divided by {@code seconds}
 * @param wakeUps whether the generator sent wake-ups
 * @param expected number of events that were written
 * @param distinct number of different events that arrived
 * @param missing number of events that did not arrive
 * @param repeats number of records whose event had arrived before
 * @param outOfOrder number of events that arrived after a newer version of their key, or on another partition than the
 *     newest version that had arrived
 * @param seconds time to which {@code publishedPerSecond} refers: for a drain, from the commit of the backlog to the
 *     last append; for a load, from the time at which the first event was due to the last append; for a load without a
 *     relay, its duration; for a limit, the time that its program measured
 * @param lagP50 median lag in milliseconds
 * @param lagP95 95th percentile of the lag in milliseconds
 * @param lagP99 99th percentile of the lag in milliseconds
 * @param lagMax longest lag in milliseconds
 * @param relayCpuMicros CPU time of the relay's processes per event, in microseconds
 * @param sqlCpuMicros CPU time of PostgreSQL per event, in microseconds
 * @param kafkaCpuMicros CPU time of Kafka per event, in microseconds
 * @param statementsPerEvent statements per event that PostgreSQL counted, including {@code BEGIN} and {@code COMMIT}
 * @param otherCores mean number of cores that other work on the machine used
 * @param load load average of the machine before the measurement
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

    /** Returns whether every event arrived and none was out of order. Repeats are permitted. */
    boolean correct() {
        return missing == 0 && outOfOrder == 0;
    }

    /** Returns the CPU time of the relay, PostgreSQL and Kafka together per event, in microseconds. */
    double totalCpuMicros() {
        return relayCpuMicros + sqlCpuMicros + kafkaCpuMicros;
    }

    static double millis(Histogram lag, double percentile) {
        return lag.getTotalCount() == 0 ? -1 : lag.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }

    static double microsPerEvent(double seconds, long events) {
        return events == 0 ? -1 : seconds * MICROS_PER_SECOND / events;
    }
}
