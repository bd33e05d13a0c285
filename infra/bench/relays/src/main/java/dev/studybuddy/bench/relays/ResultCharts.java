package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.harness.Plot;
import dev.studybuddy.bench.harness.Plot.Bar;
import dev.studybuddy.bench.harness.Plot.Colour;
import dev.studybuddy.bench.harness.Plot.Row;
import dev.studybuddy.bench.harness.Plot.Scale;
import dev.studybuddy.bench.harness.Rounds;
import java.util.List;
import java.util.Locale;

/**
 * Draws the results as bars: the drain rates and, for each offered rate, the p50 and p99 of the lags. All scales are
 * logarithmic.
 */
final class ResultCharts {

    private static final int TITLE_WIDTH = 260;
    private static final int LABEL_WIDTH = 90;

    private ResultCharts() {}

    static Plot of(List<Result> results) {
        Plot plot = new Plot(TITLE_WIDTH, LABEL_WIDTH);
        plot.add("Backlog drained, events per second (logarithmic)", Scale.LOGARITHMIC, rates(results, "drain"));
        plot.add("Hot keys, events per second (logarithmic)", Scale.LOGARITHMIC, rates(results, "hot keys"));
        List<Result> lags = of(results, "lag");
        for (double rate :
                lags.stream().mapToDouble(Result::offeredPerSecond).distinct().toArray()) {
            plot.add(
                    String.format(
                            Locale.ROOT, "Lag at %.0f events per second offered, ms: p50 and p99 (logarithmic)", rate),
                    Scale.LOGARITHMIC,
                    lags.stream()
                            .filter(each -> each.offeredPerSecond() == rate)
                            .map(ResultCharts::lag)
                            .toList());
        }
        return plot;
    }

    private static List<Row> rates(List<Result> results, String scenario) {
        return Rounds.group(of(results, scenario), Result::relay, Result::publishedPerSecond).stream()
                .map(Rounds::median)
                .map(each -> new Row(
                        title(each),
                        List.of(new Bar(
                                each.publishedPerSecond(),
                                Colour.BLUE,
                                String.format(Locale.ROOT, "%.0f", each.publishedPerSecond())))))
                .toList();
    }

    private static Row lag(Result result) {
        String label = String.format(Locale.ROOT, "%.1f / %.1f", result.lagP50(), result.lagP99());
        return new Row(
                title(result),
                List.of(new Bar(result.lagP99(), Colour.ORANGE, label), new Bar(result.lagP50(), Colour.BLUE, "")));
    }

    private static String title(Result result) {
        return result.title() + (result.wakeUps() ? ", with wake-ups" : "");
    }

    private static List<Result> of(List<Result> results, String scenario) {
        return results.stream().filter(each -> each.scenario().equals(scenario)).toList();
    }
}
