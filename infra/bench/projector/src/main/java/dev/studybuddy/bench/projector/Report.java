package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.harness.Machine;
import dev.studybuddy.bench.harness.ReportFiles;
import dev.studybuddy.bench.harness.TextTable;
import dev.studybuddy.bench.projector.workload.EventMix;
import java.io.IOException;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A report writes results as tables on the console, {@code results.json}, {@code results.txt} and {@code results.svg}.
 */
final class Report {

    private static final int EXTRAPOLATED = 1_000_000;
    private static final double PERCENT = 100;

    private final Settings settings;
    private final Machine machine = Machine.thisOne();

    Report(Settings settings) {
        this.settings = settings;
    }

    /** Writes all files and prints the tables. */
    void finish(List<Result> results, List<String> failures, long mongoPeakMemoryMib) throws IOException {
        String text = text(results, failures, mongoPeakMemoryMib);
        ReportFiles files = new ReportFiles(settings.out());
        files.write(
                Map.of("machine", machine, "results", results, "failures", failures), text, ResultCharts.of(results));
        files.print(text);
    }

    private String text(List<Result> results, List<String> failures, long mongoPeakMemoryMib) {
        Formatter out = new Formatter(Locale.ROOT);
        out.format(
                "%s; MongoDB is the embedded stand-in, %s, with a peak of %d MiB resident%n",
                machine.summary(),
                settings.memory() ? "data in memory" : "each write in its file before it is acknowledged",
                mongoPeakMemoryMib);
        out.format(
                "%d aggregates, %d users, half of the events change sums; %d partitions per topic,"
                        + " %d processed concurrently%n",
                settings.aggregates(),
                Math.max(1, settings.aggregates() / 100),
                ProjectorBenchmark.PARTITIONS,
                settings.workers());
        out.format(
                "%nDrain of a backlog of %d events: the median of %d rounds%n%s",
                settings.events(),
                settings.rounds(),
                withTrips(withShares(drainTable(), results)).format(of(results, Result.DRAIN)));
        wideDrains(out, results);
        out.format(
                "%nLag from before the append until a read shows the mirror, in milliseconds"
                        + " (own: the projector's metric, upper bound of the bucket)%n%s",
                lagTable().format(of(results, "lag")));
        rebuilds(out, results);
        correctness(out, results);
        failures.forEach(failure -> out.format("NOT MEASURED: %s%n", failure));
        return out.toString();
    }

    private void wideDrains(Formatter out, List<Result> results) {
        List<Result> drains = of(results, Result.DRAIN_WIDE);
        if (!drains.isEmpty()) {
            int aggregates = settings.wideAggregates();
            out.format(
                    "%nDrain of a wide backlog of %d events, the first of %d aggregates of %d users: the median of %d"
                            + " rounds%n%s",
                    settings.events(),
                    aggregates,
                    EventMix.ofManyUsers(aggregates).userCount(),
                    settings.rounds(),
                    withTrips(drainTable()).format(drains));
        }
    }

    private static TextTable<Result> drainTable() {
        return new TextTable<Result>()
                .text("", 34, Result::title)
                .text("version", 16, Result::version)
                .number("events/s", 9, "%.0f", each -> each.figure("events/s"))
                .number("slowest", 9, "%.0f", each -> each.figure("slowest/s"))
                .number("fastest", 9, "%.0f", each -> each.figure("fastest/s"));
    }

    private static TextTable<Result> withTrips(TextTable<Result> table) {
        return withBatches(withCpu(table), true, "%.0f");
    }

    private static TextTable<Result> lagTable() {
        TextTable<Result> table = new TextTable<Result>()
                .number("offered", 8, "%.0f", each -> each.figure("offered/s"))
                .number("reached", 8, "%.0f", each -> each.figure("reached/s"))
                .number("visible", 7, "%.0f", each -> each.figure("seen"))
                .number("p50", 8, "%.1f", each -> each.figure("p50 ms"))
                .number("p95", 8, "%.1f", each -> each.figure("p95 ms"))
                .number("p99", 8, "%.1f", each -> each.figure("p99 ms"))
                .number("max", 8, "%.1f", each -> each.figure("max ms"))
                .number("own p50", 8, "%.1f", each -> each.figure("own p50 ms"))
                .number("own p99", 8, "%.1f", each -> each.figure("own p99 ms"));
        return withBatches(withCpu(table), true, "%.1f");
    }

    private static TextTable<Result> rebuildTable(List<Result> results) {
        TextTable<Result> table = new TextTable<Result>()
                .number("events", 10, "%.0f", Result::events)
                .number("seconds", 9, "%.2f", each -> each.figure("seconds"))
                .number("events/s", 9, "%.0f", each -> each.figure("events/s"));
        return withBatches(withCpu(withShares(table, results)), false, "%.0f");
    }

    private static TextTable<Result> withShares(TextTable<Result> table, List<Result> results) {
        return table.group("share of limit:")
                .right("consumer", 8, each -> share(each, results, "consumer"))
                .right("upserts", 8, each -> share(each, results, "upserts"))
                .right("sums", 8, each -> share(each, results, "sums"));
    }

    private static TextTable<Result> withCpu(TextTable<Result> table) {
        return table.group("CPU µs per event:")
                .number("own", 7, "%.1f", each -> each.figure("CPU µs"))
                .number("MongoDB", 7, "%.1f", each -> each.figure("MongoDB CPU µs"))
                .number("Kafka", 7, "%.1f", each -> each.figure("Kafka CPU µs"));
    }

    private static TextTable<Result> withBatches(TextTable<Result> table, boolean tripsPerEvent, String batchFormat) {
        table.bar()
                .optional("batch", 7, batchFormat, each -> each.figure("events by batch"))
                .optional("trips/batch", 11, "%.2f", each -> each.figure("round trips by batch"));
        if (tripsPerEvent) {
            table.optional("trips/event", 11, "%.4f", each -> each.figure("round trips by event"));
        }
        return table.optional("ms/batch", 8, "%.1f", each -> each.figure("batch ms"))
                .bar()
                .number("MiB", 5, "%.0f", each -> each.figure("memory MiB"))
                .number("other cores", 11, "%.2f", each -> each.figure("other cores"));
    }

    private static void rebuilds(Formatter out, List<Result> results) {
        List<Result> rebuilds = of(results, "rebuild");
        if (rebuilds.isEmpty()) {
            return;
        }
        out.format(
                "%nRebuild while the live generation is idle, from the change of the generation record"
                        + " until all journals show done%n%s",
                rebuildTable(results).format(rebuilds));
        if (rebuilds.size() > 1) {
            LinearFit fit = LinearFit.through(rebuilds.stream()
                    .map(each -> new LinearFit.Point(each.events(), each.figure("seconds")))
                    .toList());
            out.format(
                    "Straight line: %.2f s + %.1f µs per event, R² %.4f."
                            + " EXTRAPOLATED, not measured: %d events in %.0f s%n",
                    fit.constant(), fit.slope() * 1e6, fit.determination(), EXTRAPOLATED, fit.at(EXTRAPOLATED));
        }
    }

    private static void correctness(Formatter out, List<Result> results) {
        out.format("%nCorrectness: MongoDB's documents compared with a plain model, field by field%n");
        for (Result each : results) {
            out.format(
                    "%-34s %-10s %8d %s%n",
                    each.title(),
                    each.scenario(),
                    each.events(),
                    each.id().equals("consumer")
                            ? "writes nothing"
                            : each.differences().isEmpty() ? "exact" : "DIFFERS: " + each.differences());
        }
    }

    private static String share(Result result, List<Result> results, String limit) {
        return results.stream()
                .filter(each -> each.id().equals(limit))
                .findFirst()
                .map(bare -> String.format(
                        Locale.ROOT, "%.0f %%", PERCENT * result.figure("events/s") / bare.figure("events/s")))
                .orElse("");
    }

    private static List<Result> of(List<Result> results, String scenario) {
        return results.stream().filter(each -> each.scenario().equals(scenario)).toList();
    }
}
