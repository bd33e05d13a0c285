package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.harness.BenchOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * This record holds the settings of a run.
 *
 * @param events number of events in the backlog to drain
 * @param rounds number of backlogs that are drained one after the other; the report shows the median round
 * @param hotAggregates number of aggregates in the hot-keys case
 * @param hotVersions number of versions of each aggregate in the hot-keys case
 * @param rates offered rates in events per second
 * @param seconds duration for which each rate is offered, in seconds
 * @param limit maximum duration of a drain; a longer drain ends then, and its rate counts the events that arrived
 * @param only ids of the measured relays; empty selects all
 * @param cases measured cases: {@code drain}, {@code hot}, {@code lag}
 * @param out folder of the report
 */
record Settings(
        int events,
        int rounds,
        int hotAggregates,
        int hotVersions,
        List<Integer> rates,
        int seconds,
        Duration limit,
        Set<String> only,
        Set<String> cases,
        Path out) {

    static Settings parse(String[] arguments) {
        BenchOptions options = BenchOptions.parse(
                arguments, "events", "rounds", "hot-versions", "rates", "seconds", "limit", "only", "cases", "out");
        return new Settings(
                options.number("events", 2_000, 200_000),
                options.number("rounds", 1, 3),
                10,
                options.number("hot-versions", 20, 2_000),
                options.numbers("rates", "100", "100,1000,5000"),
                options.number("seconds", 3, 20),
                Duration.ofSeconds(options.number("limit", 10, 60)),
                Set.copyOf(options.words("only", "")),
                Set.copyOf(options.words("cases", "drain,hot,lag")),
                options.folder("out", "bench/publisher"));
    }

    /** Returns the number of warm-up events of a relay, which never exceeds the size of the backlog. */
    int warmUp(Relay relay) {
        return Math.min(relay.warmUp(), events);
    }
}
