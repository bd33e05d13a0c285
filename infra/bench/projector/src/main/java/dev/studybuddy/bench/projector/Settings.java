package dev.studybuddy.bench.projector;

import dev.studybuddy.bench.harness.BenchmarkOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * This record holds the settings of a run.
 *
 * @param aggregates number of aggregates in the mix of few users
 * @param warmUp number of events before the first measurement
 * @param events number of events in each backlog
 * @param rounds number of backlogs that are drained one after the other; the report shows the median round
 * @param rates offered rates in events per second
 * @param seconds duration for which each rate is offered, in seconds
 * @param sizes number of events on the topics for each rebuild, in ascending order
 * @param workers number of partitions that the projector and the bare writes process concurrently; the connector is
 *     measured with one task and with this number of tasks
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
        BenchmarkOptions options = BenchmarkOptions.parse(
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
                "out");
        return new Settings(
                options.number("aggregates", 1_000, 20_000),
                options.number("warm-up", 1_000, 200_000),
                options.number("events", 1_000, 200_000),
                options.number("rounds", 1, 3),
                options.numbers("rates", "50", "100,1000,5000"),
                options.number("seconds", 2, 20),
                options.numbers("sizes", "1000,2000", "10000,30000,100000,300000"),
                options.number("workers", 4),
                Duration.ofSeconds(options.number("limit", 120)),
                options.has("memory"),
                Set.copyOf(options.words("only", "")),
                options.folder("out", "bench/projector"));
    }

    /** Returns the number of aggregates in the mix of many users, so that each event is the first of its aggregate. */
    int wideAggregates() {
        return warmUp + rounds * events;
    }

    boolean measures(String id) {
        return only.isEmpty() || only.contains(id);
    }
}
