package dev.studybuddy.load;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/** A tally counts answers and records latencies. It is safe for use by several threads. */
final class Tally {

    private static final int SIGNIFICANT_DIGITS = 3;
    private static final String UNANSWERED = "unanswered";

    private final Map<String, LongAdder> statuses = new ConcurrentHashMap<>();
    private final LongAdder raced = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final ConcurrentHistogram latencies = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

    Tally() {
        latencies.setAutoResize(true);
    }

    void countAnswer(int status) {
        count(Integer.toString(status));
    }

    void countRaced() {
        raced.increment();
    }

    void countRefused() {
        refused.increment();
    }

    void countFailed() {
        failed.increment();
    }

    void countUnanswered() {
        count(UNANSWERED);
        failed.increment();
    }

    void recordLatency(Duration latency) {
        acknowledged.increment();
        latencies.recordValue(latency.toNanos() / 1_000);
    }

    LoadResult result(Duration elapsed, Percentiles lag, long lagGivenUp) {
        Map<String, Long> counts = new TreeMap<>();
        statuses.forEach((status, count) -> counts.put(status, count.sum()));
        return new LoadResult(
                acknowledged.sum(),
                elapsed.toNanos() / 1e9,
                Percentiles.of(latencies),
                lag,
                lagGivenUp,
                counts,
                raced.sum(),
                refused.sum(),
                failed.sum());
    }

    private void count(String status) {
        statuses.computeIfAbsent(status, any -> new LongAdder()).increment();
    }
}
