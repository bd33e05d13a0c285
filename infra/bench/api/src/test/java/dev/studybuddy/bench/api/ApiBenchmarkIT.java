package dev.studybuddy.bench.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This test runs a small benchmark. */
class ApiBenchmarkIT {

    @TempDir
    Path folder;

    @Test
    void aSmallRunMeasuresItsCasesAndLeavesItsReport() throws Exception {
        Settings settings = Settings.parse(
                new String[] {"--quick", "--warm-up=1", "--seconds=1", "--only=post,jdbc,leaderboard", "--out=" + folder
                });

        List<Result> results = ApiBenchmark.run(settings);
        new Report(settings).finish(results);

        assertThat(results).extracting(Result::id).containsExactly("post", "leaderboard", "jdbc");
        assertThat(results).allSatisfy(result -> assertThat(result.perSecond()).isPositive());
        assertMostlyAnswered(results.get(0), 201);
        assertMostlyAnswered(results.get(1), 200);
        assertThat(folder.resolve("results.txt")).content().contains("bare JDBC transaction");
    }

    /** While a machine stalls, the API answers 503 to the requests that it receives too late. */
    private static void assertMostlyAnswered(Result result, int status) {
        long answers =
                result.statuses().values().stream().mapToLong(Long::longValue).sum();
        assertThat(result.statuses().keySet()).isSubsetOf(status, 503);
        assertThat(result.statuses().getOrDefault(status, 0L)).isGreaterThan(answers / 2);
    }
}
