package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.harness.Machine;
import dev.studybuddy.bench.harness.ReportFiles;
import dev.studybuddy.bench.harness.Rounds;
import dev.studybuddy.bench.harness.TextTable;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A report writes results as tables on the console, {@code results.json}, {@code results.txt}, {@code results.md} and
 * {@code results.svg}.
 */
final class Report {

    private final ReportFiles files;
    private final Machine machine = Machine.thisOne();

    private final Settings settings;

    Report(Settings settings) {
        this.settings = settings;
        this.files = new ReportFiles(settings.out());
    }

    /**
     * Overwrites all files. It is called after each relay, so that an aborted run keeps the results that it has.
     */
    void write(String servers, List<Result> results, List<String> failures) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("machine", machine);
        json.put("servers", servers);
        json.put("commit", Relays.COMMIT);
        json.put("settings", settings.values());
        json.put("failures", failures);
        json.put("results", results);
        files.write(json, text(servers, results, failures), ResultCharts.of(results));
        files.writeSummary(MarkdownSummary.of(results));
    }

    /** Prints the tables. */
    void print(String servers, List<Result> results, List<String> failures) {
        files.print(text(servers, results, failures));
    }

    private String text(String servers, List<Result> results, List<String> failures) {
        StringBuilder text = new StringBuilder(machine.summary()).append('\n');
        text.append(servers)
                .append(", this repository at ")
                .append(Relays.COMMIT)
                .append('\n');
        if (settings.parts().contains(Part.DRAIN)) {
            text.append("\nDrain of a backlog of %d events, in events per second: the median round\n"
                            .formatted(settings.events()))
                    .append(drainTable(pipelineRate(results, "drain")).format(rounds(results, "drain")));
        }
        if (settings.parts().contains(Part.HOT)) {
            text.append("\nDrain of %d hot keys with %d versions each, in events per second: the median round\n"
                            .formatted(settings.hotAggregates(), settings.hotVersions()))
                    .append(drainTable(pipelineRate(results, "hot keys")).format(rounds(results, "hot keys")));
        }
        if (settings.parts().contains(Part.LAG)) {
            text.append("\nLag from before the commit to the broker's append, in milliseconds\n")
                    .append(lagTable().format(byRate(results, "lag")));
        }
        if (settings.parts().contains(Part.CPU)) {
            text.append("\nCPU time at an offered rate, in microseconds per event (SQL includes the writes)\n")
                    .append(cpuTable().format(byRate(results, "writes", "lag")));
        }
        text.append("\nCorrectness (a limit that sends nothing counts the rows that it wrote or marked)\n")
                .append(correctnessTable().format(results));
        failures.forEach(
                failure -> text.append("NOT MEASURED: ").append(failure).append('\n'));
        return text.toString();
    }

    /**
     * Returns the table of a drain.
     *
     * @param pipelineRate rate of the bare pipeline in events per second, or −1 if it was not measured
     */
    private static TextTable<Rounds<Result>> drainTable(double pipelineRate) {
        TextTable<Rounds<Result>> table = new TextTable<Rounds<Result>>()
                .text("relay", 30, rounds -> rounds.median().title())
                .text("version", 14, rounds -> rounds.median().version())
                .number("rounds", 6, "%.0f", Rounds::count)
                .number("events/s", 10, "%.0f", rounds -> rounds.median().publishedPerSecond())
                .number("slowest", 9, "%.0f", Rounds::slowest)
                .number("fastest", 9, "%.0f", Rounds::fastest)
                .optional(
                        "of pipeline",
                        11,
                        "%.2f",
                        rounds -> pipelineRate < 0 ? -1 : rounds.median().publishedPerSecond() / pipelineRate)
                .number("seconds", 9, "%.2f", rounds -> rounds.median().seconds());
        return withCost(table, Rounds::median);
    }

    private static TextTable<Result> lagTable() {
        return loadTable()
                .number("arrived", 8, "%.0f", Result::distinct)
                .number("p50", 9, "%.1f", Result::lagP50)
                .number("p95", 9, "%.1f", Result::lagP95)
                .number("p99", 9, "%.1f", Result::lagP99)
                .number("max", 9, "%.1f", Result::lagMax)
                .number("other cores", 11, "%.2f", Result::otherCores);
    }

    private static TextTable<Result> cpuTable() {
        return withCost(loadTable(), each -> each);
    }

    private static TextTable<Result> loadTable() {
        return new TextTable<Result>()
                .text("relay", 30, Result::title)
                .text("wake-ups", 8, each -> each.wakeUps() ? "yes" : "no")
                .number("offered", 8, "%.0f", Result::offeredPerSecond)
                .number("reached", 8, "%.0f", Result::reachedPerSecond);
    }

    private static <R> TextTable<R> withCost(TextTable<R> table, Function<R, Result> result) {
        return table.group("CPU µs per event:")
                .number("relay", 7, "%.1f", row -> result.apply(row).relayCpuMicros())
                .number("SQL", 7, "%.1f", row -> result.apply(row).sqlCpuMicros())
                .number("Kafka", 7, "%.1f", row -> result.apply(row).kafkaCpuMicros())
                .number("total", 8, "%.1f", row -> result.apply(row).totalCpuMicros())
                .bar()
                .number("statements", 10, "%.4f", row -> result.apply(row).statementsPerEvent())
                .number("other cores", 11, "%.2f", row -> result.apply(row).otherCores());
    }

    private static TextTable<Result> correctnessTable() {
        return new TextTable<Result>()
                .text("relay", 30, Result::title)
                .text("scenario", 8, Result::scenario)
                .number("offered", 8, "%.0f", Result::offeredPerSecond)
                .bar()
                .number("expected", 9, "%.0f", Result::expected)
                .number("arrived", 9, "%.0f", Result::distinct)
                .number("missing", 8, "%.0f", Result::missing)
                .number("repeats", 8, "%.0f", Result::repeats)
                .number("out of order", 12, "%.0f", Result::outOfOrder)
                .text("output", 0, Report::output);
    }

    private static String output(Result result) {
        if (result.correct()) {
            return "complete, in order";
        }
        return result.outOfOrder() > 0 ? "OUT OF ORDER" : "not complete in time";
    }

    private static List<Rounds<Result>> rounds(List<Result> results, String scenario) {
        return Rounds.group(of(results, scenario), Result::relay, Result::publishedPerSecond);
    }

    private static double pipelineRate(List<Result> results, String scenario) {
        return rounds(results, scenario).stream()
                .map(Rounds::median)
                .filter(each -> each.relay().equals(Relays.PIPELINE))
                .mapToDouble(Result::publishedPerSecond)
                .findFirst()
                .orElse(-1);
    }

    /** Returns the results of the scenarios by offered rate, so that all relays at one rate follow each other. */
    private static List<Result> byRate(List<Result> results, String... scenarios) {
        return results.stream()
                .filter(each -> List.of(scenarios).contains(each.scenario()))
                .sorted(Comparator.comparingDouble(Result::offeredPerSecond))
                .toList();
    }

    private static List<Result> of(List<Result> results, String scenario) {
        return results.stream().filter(each -> each.scenario().equals(scenario)).toList();
    }
}
