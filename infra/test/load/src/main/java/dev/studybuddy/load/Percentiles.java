package dev.studybuddy.load;

import org.HdrHistogram.AbstractHistogram;

/** This record holds percentiles of measured durations, in milliseconds. All of them are 0 if nothing was measured. */
public record Percentiles(long count, double p50, double p90, double p99, double p999, double max) {

    /** These percentiles stand for an empty measurement. */
    static final Percentiles NONE = new Percentiles(0, 0, 0, 0, 0, 0);

    private static final double MICROS_PER_MILLI = 1_000.0;

    /** Returns the percentiles of a histogram that holds microseconds. */
    static Percentiles of(AbstractHistogram histogram) {
        return new Percentiles(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50) / MICROS_PER_MILLI,
                histogram.getValueAtPercentile(90) / MICROS_PER_MILLI,
                histogram.getValueAtPercentile(99) / MICROS_PER_MILLI,
                histogram.getValueAtPercentile(99.9) / MICROS_PER_MILLI,
                histogram.getMaxValue() / MICROS_PER_MILLI);
    }

    @Override
    public String toString() {
        return "p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f ms (%d measured)"
                .formatted(p50, p90, p99, p999, max, count);
    }
}
