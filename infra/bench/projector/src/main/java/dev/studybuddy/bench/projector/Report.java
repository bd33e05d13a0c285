package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.relays.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A report writes results as tables on the console, {@code results.json}, {@code results.txt} and {@code results.svg}.
 */
final class Report {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final int EXTRAPOLATED = 1_000_000;
    private static final double PERCENT = 100;

    private final Settings settings;
    private final Machine machine = Machine.thisOne();

    Report(Settings settings) {
        this.settings = settings;
    }

    /** Writes all files and prints the tables. */
    void finish(List<Result> results, List<String> failures, long mongoPeakMemoryMib) throws IOException {
        String table = table(results, failures, mongoPeakMemoryMib);
        Files.createDirectories(settings.out());
        Files.writeString(
                settings.out().resolve("results.json"),
                JSON.writeValueAsString(Map.of("machine", machine, "results", results, "failures", failures)));
        Files.writeString(settings.out().resolve("results.txt"), table);
        Files.writeString(settings.out().resolve("results.svg"), new Plot(results).svg());
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.print(table);
        out.println("Wrote the report to " + settings.out());
    }

    private String table(List<Result> results, List<String> failures, long mongoPeakMemoryMib) {
        Formatter out = new Formatter(Locale.ROOT);
        out.format(
                "%s, %d cores (%s), %d GiB, Java %s; MongoDB is the embedded stand-in, %s, with a peak of %d MiB resident%n",
                machine.at(),
                machine.cores(),
                machine.processor(),
                machine.memoryGib(),
                machine.java(),
                settings.memory() ? "data in memory" : "each write in its file before it is acknowledged",
                mongoPeakMemoryMib);
        out.format(
                "%d aggregates, %d users, half of the events change sums; %d partitions per topic, %d processed concurrently%n",
                settings.aggregates(),
                Math.max(1, settings.aggregates() / 100),
                ProjectorBench.PARTITIONS,
                settings.workers());
        drains(out, results);
        lags(out, results);
        rebuilds(out, results);
        correctness(out, results);
        failures.forEach(failure -> out.format("NOT MEASURED: %s%n", failure));
        return out.toString();
    }

    private void drains(Formatter out, List<Result> results) {
        out.format(
                "%nDrain of a backlog of %d events: the median of %d rounds%n", settings.events(), settings.rounds());
        out.format(
                "%-34s %-16s %9s %9s %9s | of bare: %8s %8s %8s | CPU µs by event: %7s %7s %7s | %7s %11s %11s %8s | %5s %6s%n",
                "",
                "version",
                "events/s",
                "slowest",
                "fastest",
                "consumer",
                "upserts",
                "and sums",
                "own",
                "MongoDB",
                "Kafka",
                "batch",
                "trips/batch",
                "trips/event",
                "ms/batch",
                "MiB",
                "others");
        for (Result each : of(results, "drain")) {
            out.format(
                    "%-34s %-16s %9.0f %9.0f %9.0f | %9s%8s %8s %8s | %16s %7.1f %7.1f %7.1f | %7s %11s %11s %8s | %5.0f %6.2f%n",
                    each.title(),
                    each.version(),
                    each.figure("events/s"),
                    each.figure("slowest/s"),
                    each.figure("fastest/s"),
                    "",
                    share(each, results, "consumer"),
                    share(each, results, "upserts"),
                    share(each, results, "sums"),
                    "",
                    each.figure("CPU µs"),
                    each.figure("MongoDB CPU µs"),
                    each.figure("Kafka CPU µs"),
                    optional(each, "events by batch", "%.0f"),
                    optional(each, "round trips by batch", "%.2f"),
                    optional(each, "round trips by event", "%.4f"),
                    optional(each, "batch ms", "%.1f"),
                    each.figure("memory MiB"),
                    each.figure("other cores"));
        }
    }

    private static void lags(Formatter out, List<Result> results) {
        out.format(
                "%nLag from before the append until a read shows the mirror, ms (own: the projector's metric, upper bound of the bucket)%n");
        out.format(
                "%8s %8s %7s %8s %8s %8s %8s %8s %8s | CPU µs by event: %7s %7s %7s | %7s %11s %11s %8s | %5s %6s%n",
                "offered",
                "reached",
                "seen",
                "p50",
                "p95",
                "p99",
                "max",
                "own p50",
                "own p99",
                "own",
                "MongoDB",
                "Kafka",
                "batch",
                "trips/batch",
                "trips/event",
                "ms/batch",
                "MiB",
                "others");
        for (Result each : of(results, "lag")) {
            out.format(
                    "%8.0f %8.0f %7.0f %8.1f %8.1f %8.1f %8.1f %8.1f %8.1f | %16s %7.1f %7.1f %7.1f | %7s %11s %11s %8s | %5.0f %6.2f%n",
                    each.figure("offered/s"),
                    each.figure("reached/s"),
                    each.figure("seen"),
                    each.figure("p50 ms"),
                    each.figure("p95 ms"),
                    each.figure("p99 ms"),
                    each.figure("max ms"),
                    each.figure("own p50 ms"),
                    each.figure("own p99 ms"),
                    "",
                    each.figure("CPU µs"),
                    each.figure("MongoDB CPU µs"),
                    each.figure("Kafka CPU µs"),
                    optional(each, "events by batch", "%.1f"),
                    optional(each, "round trips by batch", "%.2f"),
                    optional(each, "round trips by event", "%.4f"),
                    optional(each, "batch ms", "%.1f"),
                    each.figure("memory MiB"),
                    each.figure("other cores"));
        }
    }

    private static void rebuilds(Formatter out, List<Result> results) {
        List<Result> rebuilds = of(results, "rebuild");
        if (rebuilds.isEmpty()) {
            return;
        }
        out.format(
                "%nRebuild while the live generation is idle, from the change of the generation record until all journals show done%n");
        out.format(
                "%10s %9s %9s | of bare: %8s %8s %8s | CPU µs by event: %7s %7s %7s | %7s %11s %8s | %5s %6s%n",
                "events",
                "seconds",
                "events/s",
                "consumer",
                "upserts",
                "and sums",
                "own",
                "MongoDB",
                "Kafka",
                "batch",
                "trips/batch",
                "ms/batch",
                "MiB",
                "others");
        for (Result each : rebuilds) {
            out.format(
                    "%10d %9.2f %9.0f | %9s%8s %8s %8s | %16s %7.1f %7.1f %7.1f | %7s %11s %8s | %5.0f %6.2f%n",
                    each.events(),
                    each.figure("seconds"),
                    each.figure("events/s"),
                    "",
                    share(each, results, "consumer"),
                    share(each, results, "upserts"),
                    share(each, results, "sums"),
                    "",
                    each.figure("CPU µs"),
                    each.figure("MongoDB CPU µs"),
                    each.figure("Kafka CPU µs"),
                    optional(each, "events by batch", "%.0f"),
                    optional(each, "round trips by batch", "%.2f"),
                    optional(each, "batch ms", "%.1f"),
                    each.figure("memory MiB"),
                    each.figure("other cores"));
        }
        if (rebuilds.size() > 1) {
            LinearFit fit = LinearFit.through(rebuilds.stream()
                    .map(each -> new LinearFit.Point(each.events(), each.figure("seconds")))
                    .toList());
            out.format(
                    "Straight line: %.2f s + %.1f µs per event, R² %.4f. EXTRAPOLATED, not measured: %d events in %.0f s%n",
                    fit.constant(), fit.slope() * 1e6, fit.determination(), EXTRAPOLATED, fit.at(EXTRAPOLATED));
        }
    }

    private static void correctness(Formatter out, List<Result> results) {
        out.format("%nCorrectness: MongoDB's documents compared with a plain model, field by field%n");
        for (Result each : results) {
            out.format(
                    "%-34s %-8s %8d %s%n",
                    each.title(),
                    each.scenario(),
                    each.events(),
                    each.id().equals("consumer")
                            ? "writes nothing"
                            : each.differences().isEmpty() ? "exact" : "DIFFERS: " + each.differences());
        }
    }

    private static String share(Result of, List<Result> results, String limit) {
        Optional<Result> bare =
                results.stream().filter(each -> each.id().equals(limit)).findFirst();
        return bare.map(one ->
                        String.format(Locale.ROOT, "%.0f %%", PERCENT * of.figure("events/s") / one.figure("events/s")))
                .orElse("");
    }

    private static String optional(Result each, String figure, String format) {
        return each.figure(figure) < 0 ? "" : String.format(Locale.ROOT, format, each.figure(figure));
    }

    private static List<Result> of(List<Result> results, String scenario) {
        return results.stream().filter(each -> each.scenario().equals(scenario)).toList();
    }
}
