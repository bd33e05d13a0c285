package dev.studybuddy.bench.projector;

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
 * @param aggregates number of aggregates in the mix
 * @param warmUp number of events before the first measurement
 * @param events number of events in each backlog
 * @param rounds number of backlogs that are drained one after the other; the report shows the median round
 * @param rates offered rates in events per second
 * @param seconds duration for which each rate is offered, in seconds
 * @param sizes number of events on the topics for each rebuild, in ascending order
 * @param workers number of partitions that the projector and the bare writes process concurrently, and of the
 * connector's tasks
 * @param limit maximum duration of a drain or a rebuild
 * @param memory whether MongoDB keeps all data in memory
 * @param only ids of the measured cases; empty selects all
 * @param out folder of the report
 */
record Settings(
        int aggregates,
        int warmUp,
        int events,
        int rounds,
        List<Integer> rates,
        int seconds,
        List<Integer> sizes,
        int workers,
        Duration limit,
        boolean memory,
        Set<String> only,
        Path out) {

    static Settings parse(String[] arguments) {
        Options options = Options.parse(
                arguments,
                "aggregates",
                "warm-up",
                "events",
                "rounds",
                "rates",
                "seconds",
                "sizes",
                "workers",
                "limit",
                "memory",
                "only",
                "out",
                "quick");
        boolean quick = options.has("quick");
        return new Settings(
                number(options, "aggregates", quick ? 1_000 : 20_000),
                number(options, "warm-up", quick ? 1_000 : 200_000),
                number(options, "events", quick ? 1_000 : 200_000),
                number(options, "rounds", quick ? 1 : 3),
                numbers(options, "rates", quick ? "50" : "100,1000,5000"),
                number(options, "seconds", quick ? 2 : 20),
                numbers(options, "sizes", quick ? "1000,2000" : "10000,30000,100000,300000"),
                number(options, "workers", 4),
                Duration.ofSeconds(number(options, "limit", 120)),
                options.has("memory"),
                Set.copyOf(words(options, "only", "")),
                options.get("out")
                        .map(Path::of)
                        .orElseGet(() -> Repository.find().local().resolve("bench/projector"))
                        .toAbsolutePath());
    }

    boolean measures(String id) {
        return only.isEmpty() || only.contains(id);
    }

    private static int number(Options options, String name, int fallback) {
        return options.get(name).map(Integer::parseInt).orElse(fallback);
    }

    private static List<Integer> numbers(Options options, String name, String fallback) {
        return words(options, name, fallback).stream().map(Integer::valueOf).toList();
    }

    private static List<String> words(Options options, String name, String fallback) {
        return Arrays.stream(options.get(name).orElse(fallback).split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
