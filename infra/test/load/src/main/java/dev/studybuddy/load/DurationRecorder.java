package dev.studybuddy.load;

import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * A duration recorder holds measured durations as histograms, so its memory does not grow with their number. Several
 * threads may record while another one ends an interval.
 */
final class DurationRecorder {

    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long NANOS_PER_MICRO = 1_000;

    private final Recorder interval = new Recorder(SIGNIFICANT_DIGITS);
    private final Histogram earlierIntervals = new Histogram(SIGNIFICANT_DIGITS);

    void add(Duration duration) {
        interval.recordValue(duration.toNanos() / NANOS_PER_MICRO);
    }

    /** Ends the present interval, begins the next one, and returns the percentiles of the ended interval. */
    synchronized Percentiles endInterval() {
        Histogram ended = interval.getIntervalHistogram();
        earlierIntervals.add(ended);
        return Percentiles.of(ended);
    }

    /** Ends the present interval and returns the percentiles of all intervals. */
    synchronized Percentiles endAll() {
        endInterval();
        return Percentiles.of(earlierIntervals);
    }
}
