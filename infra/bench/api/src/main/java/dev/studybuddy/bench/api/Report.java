package dev.studybuddy.bench.api;

import dev.studybuddy.bench.harness.Machine;
import dev.studybuddy.bench.harness.Plot;
import dev.studybuddy.bench.harness.ReportFiles;
import dev.studybuddy.bench.harness.TextTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the measured cases as a table, as JSON and as a chart. */
final class Report {

    private final Settings settings;
    private final Machine machine = Machine.thisOne();

    Report(Settings settings) {
        this.settings = settings;
    }

    void finish(List<Result> results) throws IOException {
        String text = machine.summary() + System.lineSeparator() + settings.sessions() + " sessions, "
                + settings.duration().toSeconds() + " s for each case" + System.lineSeparator()
                + System.lineSeparator() + table().format(results);
        Plot plot = new Plot(400, 90);
        plot.add(
                "99th percentile in milliseconds",
                Plot.Scale.LOGARITHMIC,
                results.stream()
                        .map(result -> new Plot.Row(
                                result.title() + ", " + result.users() + " users, " + result.connections(),
                                List.of(new Plot.Bar(
                                        result.p99Millis(), Plot.Colour.BLUE, Math.round(result.p99Millis()) + " ms"))))
                        .toList());
        ReportFiles files = new ReportFiles(settings.out());
        files.write(Map.of("machine", machine, "settings", settings, "results", results), text, plot);
        files.print(text);
    }

    private static TextTable<Result> table() {
        return new TextTable<Result>()
                .text("case", 42, Result::title)
                .number("users", 7, "%.0f", Result::users)
                .number("conn", 4, "%.0f", Result::connections)
                .number("1/s", 7, "%.0f", Result::perSecond)
                .number("p50 ms", 8, "%.2f", Result::p50Millis)
                .number("p95 ms", 8, "%.2f", Result::p95Millis)
                .number("p99 ms", 8, "%.2f", Result::p99Millis)
                .number("max ms", 8, "%.1f", Result::maxMillis)
                .text("answers", 30, result -> new TreeMap<>(result.statuses()).toString());
    }
}
