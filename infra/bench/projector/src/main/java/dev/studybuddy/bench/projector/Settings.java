package dev.studybuddy.bench.projector;

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
 * @param aggregates of the mix
 * @param warmUp events before anything is measured
 * @param events of each backlog
 * @param rounds backlogs that are drained one after the other; the median counts
 * @param rates events per second offered
 * @param seconds for which each rate is offered
 * @param sizes events on the topics for each rebuild, growing
 * @param workers partitions that are worked on at a time: by the projector, the bare writes, and as the connector's tasks
 * @param limit for a drain or a rebuild
 * @param memory whether MongoDB keeps everything in memory
 * @param only ids; empty for all
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

    private static int number(Options options, String name, int otherwise) {
        return options.get(name).map(Integer::parseInt).orElse(otherwise);
    }

    private static List<Integer> numbers(Options options, String name, String otherwise) {
        return words(options, name, otherwise).stream().map(Integer::valueOf).toList();
    }

    private static List<String> words(Options options, String name, String otherwise) {
        return Arrays.stream(options.get(name).orElse(otherwise).split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
