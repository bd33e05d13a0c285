package dev.studybuddy.bench.relays;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A report writes results as tables on the console, {@code results.json}, {@code results.txt} and {@code results.svg}.
 */
final class Report {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path folder;
    private final Machine machine = Machine.thisOne();

    Report(Path folder) {
        this.folder = folder;
    }

    /** Overwrites all files. It is called after each relay, so that an aborted run keeps the results that it has. */
    void write(List<Result> results, List<String> failures) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("results.json"),
                JSON.writeValueAsString(Map.of("machine", machine, "results", results, "failures", failures)));
        Files.writeString(folder.resolve("results.txt"), table(results, failures));
        Files.writeString(folder.resolve("results.svg"), new Plot(results).svg());
    }

    /** Prints the tables. */
    void print(List<Result> results, List<String> failures) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.print(table(results, failures));
        out.println("Wrote the report to " + folder);
    }

    private String table(List<Result> results, List<String> failures) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%s, %d cores (%s), %d GiB, Java %s%n",
                machine.at(),
                machine.cores(),
                machine.processor(),
                machine.memoryGib(),
                machine.java()));
        backlogs(text, results, "drain", "Drain of a backlog, in events per second: the median round");
        backlogs(
                text,
                results,
                "hot keys",
                "Drain of 10 hot keys, all versions pending, in events per second: the median round");
        lags(text, results);
        correctness(text, results);
        for (String failure : failures) {
            text.append("NOT MEASURED: ").append(failure).append('\n');
        }
        return text.toString();
    }

    private static void backlogs(StringBuilder text, List<Result> results, String scenario, String title) {
        text.append('\n').append(title).append('\n');
        text.append(String.format(
                Locale.ROOT,
                "%-30s %-14s %6s %10s %9s %9s %9s | CPU µs per event: %7s %7s %7s | %10s %11s%n",
                "relay",
                "version",
                "rounds",
                "events/s",
                "slowest",
                "fastest",
                "seconds",
                "relay",
                "SQL",
                "Kafka",
                "statements",
                "other cores"));
        for (Rounds rounds : Rounds.of(results, scenario)) {
            Result median = rounds.median();
            text.append(String.format(
                    Locale.ROOT,
                    "%-30s %-14s %6d %10.0f %9.0f %9.0f %9.2f | %17s %7.1f %7.1f %7.1f | %10.4f %11.2f%n",
                    median.title(),
                    median.version(),
                    rounds.count(),
                    median.publishedPerSecond(),
                    rounds.slowest(),
                    rounds.fastest(),
                    median.seconds(),
                    "",
                    median.relayCpuMicros(),
                    median.sqlCpuMicros(),
                    median.kafkaCpuMicros(),
                    median.statementsPerEvent(),
                    median.otherCores()));
        }
    }

    private static void lags(StringBuilder text, List<Result> results) {
        text.append("\nLag from before the commit to the broker's append, in milliseconds\n");
        text.append(String.format(
                Locale.ROOT,
                "%-30s %-8s %8s %8s %8s %9s %9s %9s %9s | CPU µs per event: %7s %7s %7s | %10s %11s%n",
                "relay",
                "wake-ups",
                "offered",
                "reached",
                "came",
                "p50",
                "p95",
                "p99",
                "max",
                "relay",
                "SQL",
                "Kafka",
                "statements",
                "other cores"));
        for (Result each : results) {
            if (each.scenario().equals("lag")) {
                text.append(String.format(
                        Locale.ROOT,
                        "%-30s %-8s %8.0f %8.0f %8d %9.1f %9.1f %9.1f %9.1f | %17s %7.1f %7.1f %7.1f | %10.4f %11.2f%n",
                        each.title(),
                        each.wakeUps() ? "yes" : "no",
                        each.offeredPerSecond(),
                        each.reachedPerSecond(),
                        each.distinct(),
                        each.lagP50(),
                        each.lagP95(),
                        each.lagP99(),
                        each.lagMax(),
                        "",
                        each.relayCpuMicros(),
                        each.sqlCpuMicros(),
                        each.kafkaCpuMicros(),
                        each.statementsPerEvent(),
                        each.otherCores()));
            }
        }
    }

    private static void correctness(StringBuilder text, List<Result> results) {
        text.append("\nCorrectness (a limit that sends nothing counts the rows that it marked)\n");
        text.append(String.format(
                Locale.ROOT,
                "%-30s %-8s %8s | %9s %9s %8s %8s %12s %s%n",
                "relay",
                "scenario",
                "offered",
                "expected",
                "came",
                "missing",
                "repeats",
                "out of order",
                "verdict"));
        for (Result each : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-30s %-8s %8.0f | %9d %9d %8d %8d %12d %s%n",
                    each.title(),
                    each.scenario(),
                    each.offeredPerSecond(),
                    each.expected(),
                    each.distinct(),
                    each.missing(),
                    each.repeats(),
                    each.outOfOrder(),
                    each.correct()
                            ? "complete, in order"
                            : each.outOfOrder() > 0 ? "OUT OF ORDER" : "not complete in time"));
        }
    }
}
