package dev.studybuddy.bench.relays;

import dev.studybuddy.local.program.Options;
import dev.studybuddy.local.program.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What is measured, and how long.
 *
 * @param events of the backlog to drain
 * @param rounds backlogs that are drained one after the other; the median counts
 * @param hotAggregates aggregates of the hot-keys case
 * @param hotVersions versions of each
 * @param rates events per second offered
 * @param seconds for which each rate is offered
 * @param limit at which a drain is ended and the rate taken from what came
 * @param only ids of relays; empty for all
 * @param cases of drain, hot, lag
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

    /** Smaller runs warm up less. */
    int warmUp(Relay relay) {
        return Math.min(relay.warmUp(), events);
    }

    private static int number(Options options, String name, int otherwise) {
        return options.get(name).map(Integer::parseInt).orElse(otherwise);
    }

    private static List<String> words(Options options, String name, String otherwise) {
        return Arrays.stream(options.get(name).orElse(otherwise).split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
