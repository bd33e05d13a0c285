package dev.studybuddy.bench.relays;

import dev.studybuddy.local.program.Options;
import dev.studybuddy.local.program.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The settings of a run.
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
        Options options = Options.parse(
                arguments,
                "events",
                "rounds",
                "hot-versions",
                "rates",
                "seconds",
                "limit",
                "only",
                "cases",
                "out",
                "quick");
        boolean quick = options.has("quick");
        return new Settings(
                number(options, "events", quick ? 2_000 : 200_000),
                number(options, "rounds", quick ? 1 : 3),
                10,
                number(options, "hot-versions", quick ? 20 : 2_000),
                words(options, "rates", quick ? "100" : "100,1000,5000").stream()
                        .map(Integer::valueOf)
                        .toList(),
                number(options, "seconds", quick ? 3 : 20),
                Duration.ofSeconds(number(options, "limit", quick ? 10 : 60)),
                Set.copyOf(words(options, "only", "")),
                Set.copyOf(words(options, "cases", "drain,hot,lag")),
                options.get("out")
                        .map(Path::of)
                        .orElseGet(() -> Repository.find().local().resolve("bench/publisher"))
                        .toAbsolutePath());
    }

    /** Returns the number of warm-up events of a relay, which never exceeds the size of the backlog. */
    int warmUp(Relay relay) {
        return Math.min(relay.warmUp(), events);
    }

    private static int number(Options options, String name, int fallback) {
        return options.get(name).map(Integer::parseInt).orElse(fallback);
    }

    private static List<String> words(Options options, String name, String fallback) {
        return Arrays.stream(options.get(name).orElse(fallback).split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
