package dev.studybuddy.bench.api;

import dev.studybuddy.bench.api.Load.Measurement;
import java.util.Map;

/**
 * This record holds the measurement of one case.
 *
 * @param users number of users with points
 * @param connections number of callers at a time
 * @param statuses number of answers by HTTP status; 0 stands for an operation without one
 */
record Result(
        String id,
        String title,
        int users,
        int connections,
        double perSecond,
        double p50Millis,
        double p95Millis,
        double p99Millis,
        double maxMillis,
        Map<Integer, Long> statuses) {

    static Result of(String id, String title, int users, int connections, Measurement measurement) {
        return new Result(
                id,
                title,
                users,
                connections,
                measurement.perSecond(),
                measurement.millis(50),
                measurement.millis(95),
                measurement.millis(99),
                measurement.millis(100),
                Map.copyOf(measurement.statuses()));
    }
}
