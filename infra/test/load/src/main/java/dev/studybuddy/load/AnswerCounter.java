package dev.studybuddy.load;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** An answer counter counts answers and records latencies. It is safe for use by several threads. */
final class AnswerCounter {

    private static final String UNANSWERED = "unanswered";

    private final Map<String, LongAdder> statuses = new ConcurrentHashMap<>();
    private final LongAdder raced = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final DurationRecorder latencies = new DurationRecorder();
    private Counts endedIntervals = new Counts(0, 0, 0, 0, 0);

    void countAnswer(int status) {
        count(Integer.toString(status));
    }

    void countRaced() {
        raced.increment();
    }

    void countRejected() {
        rejected.increment();
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
        latencies.add(latency);
    }

    /**
     * Ends an interval and returns it.
     *
     * @param lag the percentiles of the interval's lag
     * @param lagGivenUp the number of samples since the start that no mirror showed in time
     */
    synchronized LoadInterval endInterval(Percentiles lag, long lagGivenUp) {
        Counts before = endedIntervals;
        Counts now = new Counts(acknowledged.sum(), raced.sum(), rejected.sum(), failed.sum(), lagGivenUp);
        endedIntervals = now;
        return new LoadInterval(
                now.acknowledged - before.acknowledged,
                now.raced - before.raced,
                now.rejected - before.rejected,
                now.failed - before.failed,
                now.lagGivenUp - before.lagGivenUp,
                latencies.endInterval(),
                lag);
    }

    LoadResult result(Duration elapsed, Percentiles lag, long lagGivenUp) {
        Map<String, Long> counts = new TreeMap<>();
        statuses.forEach((status, count) -> counts.put(status, count.sum()));
        return new LoadResult(
                acknowledged.sum(),
                elapsed.toNanos() / 1e9,
                latencies.endAll(),
                lag,
                lagGivenUp,
                counts,
                raced.sum(),
                rejected.sum(),
                failed.sum());
    }

    private void count(String status) {
        statuses.computeIfAbsent(status, any -> new LongAdder()).increment();
    }

    private record Counts(long acknowledged, long raced, long rejected, long failed, long lagGivenUp) {}
}
