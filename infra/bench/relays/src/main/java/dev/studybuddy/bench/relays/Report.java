package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.harness.Machine;
import dev.studybuddy.bench.harness.ReportFiles;
import dev.studybuddy.bench.harness.Rounds;
import dev.studybuddy.bench.harness.TextTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A report writes results as tables on the console, {@code results.json}, {@code results.txt} and {@code results.svg}.
 */
final class Report {

    private final ReportFiles files;
    private final Machine machine = Machine.thisOne();

    Report(Path folder) {
        this.files = new ReportFiles(folder);
    }

    /**
     * Overwrites all files. It is called after each relay, so that an aborted run keeps the results that it has.
     */
    void write(List<Result> results, List<String> failures) throws IOException {
        files.write(
                Map.of("machine", machine, "results", results, "failures", failures),
                text(results, failures),
                ResultCharts.of(results));
    }

    /** Prints the tables. */
    void print(List<Result> results, List<String> failures) {
        files.print(text(results, failures));
    }

    private String text(List<Result> results, List<String> failures) {
        StringBuilder text = new StringBuilder(machine.summary()).append('\n');
        text.append("\nDrain of a backlog, in events per second: the median round\n")
                .append(drainTable().format(rounds(results, "drain")));
        text.append("\nDrain of 10 hot keys, all versions pending, in events per second: the median round\n")
                .append(drainTable().format(rounds(results, "hot keys")));
        text.append("\nLag from before the commit to the broker's append, in milliseconds\n")
                .append(lagTable().format(of(results, "lag")));
        text.append("\nCorrectness (a limit that sends nothing counts the rows that it marked)\n")
                .append(correctnessTable().format(results));
        failures.forEach(
                failure -> text.append("NOT MEASURED: ").append(failure).append('\n'));
        return text.toString();
    }

    private static TextTable<Rounds<Result>> drainTable() {
        TextTable<Rounds<Result>> table = new TextTable<Rounds<Result>>()
                .text("relay", 30, rounds -> rounds.median().title())
                .text("version", 14, rounds -> rounds.median().version())
                .number("rounds", 6, "%.0f", Rounds::count)
                .number("events/s", 10, "%.0f", rounds -> rounds.median().publishedPerSecond())
                .number("slowest", 9, "%.0f", Rounds::slowest)
                .number("fastest", 9, "%.0f", Rounds::fastest)
                .number("seconds", 9, "%.2f", rounds -> rounds.median().seconds());
        return withCost(table, Rounds::median);
    }

    private static TextTable<Result> lagTable() {
        TextTable<Result> table = new TextTable<Result>()
                .text("relay", 30, Result::title)
                .text("wake-ups", 8, each -> each.wakeUps() ? "yes" : "no")
                .number("offered", 8, "%.0f", Result::offeredPerSecond)
                .number("reached", 8, "%.0f", Result::reachedPerSecond)
                .number("arrived", 8, "%.0f", Result::distinct)
                .number("p50", 9, "%.1f", Result::lagP50)
                .number("p95", 9, "%.1f", Result::lagP95)
                .number("p99", 9, "%.1f", Result::lagP99)
                .number("max", 9, "%.1f", Result::lagMax);
        return withCost(table, each -> each);
    }

    private static <R> TextTable<R> withCost(TextTable<R> table, Function<R, Result> result) {
        return table.group("CPU µs per event:")
                .number("relay", 7, "%.1f", row -> result.apply(row).relayCpuMicros())
                .number("SQL", 7, "%.1f", row -> result.apply(row).sqlCpuMicros())
                .number("Kafka", 7, "%.1f", row -> result.apply(row).kafkaCpuMicros())
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
                .text("verdict", 0, Report::verdict);
    }

    private static String verdict(Result result) {
        if (result.correct()) {
            return "complete, in order";
        }
        return result.outOfOrder() > 0 ? "OUT OF ORDER" : "not complete in time";
    }

    private static List<Rounds<Result>> rounds(List<Result> results, String scenario) {
        return Rounds.group(of(results, scenario), Result::relay, Result::publishedPerSecond);
    }

    private static List<Result> of(List<Result> results, String scenario) {
        return results.stream().filter(each -> each.scenario().equals(scenario)).toList();
    }
}
