package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.harness.Plot;
import dev.studybuddy.bench.harness.Plot.Bar;
import dev.studybuddy.bench.harness.Plot.Colour;
import dev.studybuddy.bench.harness.Plot.Row;
import dev.studybuddy.bench.harness.Plot.Scale;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Draws the results as bars: the drain rates, the p50 and p99 of the lags, and the durations of the rebuilds. */
final class ResultCharts {

    private static final int TITLE_WIDTH = 270;
    private static final int LABEL_WIDTH = 100;

    private final List<Result> results;
    private final Plot plot = new Plot(TITLE_WIDTH, LABEL_WIDTH);

    private ResultCharts(List<Result> results) {
        this.results = results;
    }

    static Plot of(List<Result> results) {
        ResultCharts charts = new ResultCharts(results);
        charts.add("Backlog drained, events per second", Result.DRAIN, Result::title, "events/s", "%.0f", Colour.BLUE);
        charts.add(
                "Wide backlog drained, events per second",
                Result.DRAIN_WIDE,
                Result::title,
                "events/s",
                "%.0f",
                Colour.BLUE);
        charts.add("Lag, median, ms", "lag", ResultCharts::offered, "p50 ms", "%.1f", Colour.BLUE);
        charts.add("Lag, p99, ms", "lag", ResultCharts::offered, "p99 ms", "%.1f", Colour.ORANGE);
        charts.add("Rebuild, seconds", "rebuild", each -> each.events() + " events", "seconds", "%.2f", Colour.BLUE);
        return charts.plot;
    }

    private void add(
            String title,
            String scenario,
            Function<Result, String> rowTitle,
            String figure,
            String format,
            Colour colour) {
        List<Row> rows = results.stream()
                .filter(each -> each.scenario().equals(scenario))
                .map(each -> new Row(
                        rowTitle.apply(each),
                        List.of(new Bar(
                                each.figure(figure), colour, String.format(Locale.ROOT, format, each.figure(figure))))))
                .toList();
        plot.add(title, Scale.LINEAR, rows);
    }

    private static String offered(Result lag) {
        return String.format(Locale.ROOT, "%.0f events/s offered", lag.figure("offered/s"));
    }
}
