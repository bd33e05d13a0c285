package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.harness.Rounds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes the results as Markdown tables that a README can quote, with one row for each relay. */
final class MarkdownSummary {

    private static final String NOTHING = "–";

    private final List<Result> results;
    private final List<Double> rates;
    private final StringBuilder text = new StringBuilder();

    private MarkdownSummary(List<Result> results) {
        this.results = results;
        this.rates = results.stream()
                .map(Result::offeredPerSecond)
                .filter(rate -> rate > 0)
                .distinct()
                .sorted()
                .toList();
    }

    static String of(List<Result> results) {
        MarkdownSummary summary = new MarkdownSummary(results);
        summary.drains();
        summary.loads("lag in ms, p50 / p99", MarkdownSummary::lag, "lag");
        summary.loads("CPU in µs per event: relay + SQL + Kafka = total", MarkdownSummary::cpu, "writes", "lag");
        return summary.text.toString();
    }

    private void drains() {
        Map<String, Rounds<Result>> drains = medians("drain");
        Map<String, Rounds<Result>> hotKeys = medians("hot keys");
        row(List.of("relay", "version", "drain, events/s", "of the bare pipeline", "hot keys, events/s", "output"));
        row(List.of("---", "---", "---:", "---:", "---:", "---"));
        results.stream()
                .filter(each -> !each.scenario().equals("writes"))
                .map(Result::relay)
                .distinct()
                .forEach(relay -> row(List.of(
                        first(relay).title(),
                        first(relay).version(),
                        rate(drains.get(relay)),
                        share(drains.get(relay), drains.get(Relays.PIPELINE)),
                        rate(hotKeys.get(relay)),
                        output(relay))));
    }

    private void loads(String what, Function<Result, String> cell, String... scenarios) {
        List<Result> loads = results.stream()
                .filter(each -> List.of(scenarios).contains(each.scenario()))
                .toList();
        if (loads.isEmpty()) {
            return;
        }
        text.append('\n').append(what).append(":\n\n");
        List<String> header = new ArrayList<>(List.of("relay"));
        List<String> rule = new ArrayList<>(List.of("---"));
        for (double rate : rates) {
            header.add(String.format(Locale.ROOT, "at %.0f events/s", rate));
            rule.add("---:");
        }
        row(header);
        row(rule);
        Map<String, Map<Double, String>> rows = new LinkedHashMap<>();
        loads.forEach(each -> rows.computeIfAbsent(
                        each.title() + (each.wakeUps() ? ", with wake-ups" : ""), title -> new LinkedHashMap<>())
                .put(each.offeredPerSecond(), cell.apply(each)));
        rows.forEach((title, cells) -> {
            List<String> row = new ArrayList<>(List.of(title));
            rates.forEach(rate -> row.add(cells.getOrDefault(rate, NOTHING)));
            row(row);
        });
    }

    private Map<String, Rounds<Result>> medians(String scenario) {
        Map<String, Rounds<Result>> medians = new LinkedHashMap<>();
        Rounds.group(
                        results.stream()
                                .filter(each -> each.scenario().equals(scenario))
                                .toList(),
                        Result::relay,
                        Result::publishedPerSecond)
                .forEach(rounds -> medians.put(rounds.median().relay(), rounds));
        return medians;
    }

    private Result first(String relay) {
        return results.stream()
                .filter(each -> each.relay().equals(relay))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Returns a phrase that states whether all events of a relay arrived in all its results, whether they were in
     * order, and the number of repeats if there were any.
     */
    private String output(String relay) {
        List<Result> all =
                results.stream().filter(each -> each.relay().equals(relay)).toList();
        long outOfOrder = all.stream().mapToLong(Result::outOfOrder).sum();
        long repeats = all.stream().mapToLong(Result::repeats).sum();
        boolean complete = all.stream().allMatch(each -> each.missing() == 0);
        return (complete ? "complete" : "not complete in time")
                + (outOfOrder == 0 ? ", in order" : ", " + outOfOrder + " out of order")
                + (repeats == 0 ? "" : ", " + repeats + " repeats");
    }

    private static String rate(@Nullable Rounds<Result> rounds) {
        return rounds == null
                ? NOTHING
                : String.format(Locale.ROOT, "%.0f", rounds.median().publishedPerSecond());
    }

    private static String share(@Nullable Rounds<Result> rounds, @Nullable Rounds<Result> pipeline) {
        return rounds == null || pipeline == null
                ? NOTHING
                : String.format(
                        Locale.ROOT,
                        "%.2f",
                        rounds.median().publishedPerSecond() / pipeline.median().publishedPerSecond());
    }

    private static String lag(Result result) {
        return String.format(Locale.ROOT, "%.1f / %.1f", result.lagP50(), result.lagP99());
    }

    private static String cpu(Result result) {
        return String.format(
                Locale.ROOT,
                "%.0f + %.0f + %.0f = %.0f",
                result.relayCpuMicros(),
                result.sqlCpuMicros(),
                result.kafkaCpuMicros(),
                result.totalCpuMicros());
    }

    private void row(List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
