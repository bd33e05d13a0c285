package dev.studybuddy.bench.load;

import org.HdrHistogram.AbstractHistogram;

/** How long something took, in milliseconds. All are 0 where nothing was measured. */
public record Percentiles(long count, double p50, double p90, double p99, double p999, double max) {

    /** Nothing was measured. */
    static final Percentiles NONE = new Percentiles(0, 0, 0, 0, 0, 0);

    private static final double MICROS = 1_000.0;

    /** Of a histogram of microseconds. */
    static Percentiles of(AbstractHistogram histogram) {
        return new Percentiles(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50) / MICROS,
                histogram.getValueAtPercentile(90) / MICROS,
                histogram.getValueAtPercentile(99) / MICROS,
                histogram.getValueAtPercentile(99.9) / MICROS,
                histogram.getMaxValue() / MICROS);
    }

    @Override
    public String toString() {
        return "p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f ms (%d measured)"
                .formatted(p50, p90, p99, p999, max, count);
    }
}
