package dev.studybuddy.bench.api;

import dev.studybuddy.bench.harness.BenchmarkOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * This record holds the options of a run.
 *
 * @param users numbers of users with points; all cases are measured for each number, with databases of their own
 * @param sessions number of study sessions in SQL
 * @param connections numbers of concurrent connections at which each request is measured, except the uncached
 *     leaderboard
 * @param warmUp duration of the unmeasured load before each measurement
 * @param duration duration of each measurement
 * @param readers number of concurrent readers in the cases of starvation and of lists
 * @param writesPerSecond number of writes per second in the cases of starvation and of lists
 * @param delay delay of each answer of the slow MongoDB
 * @param only ids of the measured cases; empty selects all
 * @param out folder of the report
 */
record Settings(
        List<Integer> users,
        int sessions,
        List<Integer> connections,
        Duration warmUp,
        Duration duration,
        int readers,
        int writesPerSecond,
        Duration delay,
        Set<String> only,
        Path out) {

    static Settings parse(String[] arguments) {
        BenchmarkOptions options = BenchmarkOptions.parse(
                arguments,
                "users",
                "sessions",
                "connections",
                "warm-up",
                "seconds",
                "readers",
                "writes",
                "delay",
                "only",
                "out");
        return new Settings(
                options.numbers("users", "500", "10000"),
                options.number("sessions", 5_000, 1_000_000),
                options.numbers("connections", "2", "10,100"),
                Duration.ofSeconds(options.number("warm-up", 1, 10)),
                Duration.ofSeconds(options.number("seconds", 2, 15)),
                options.number("readers", 20, 200),
                options.number("writes", 20, 50),
                Duration.ofMillis(options.number("delay", 100)),
                Set.copyOf(options.words("only", "")),
                options.folder("out", "bench/api"));
    }

    boolean measures(String id) {
        return only.isEmpty() || only.contains(id);
    }
}
