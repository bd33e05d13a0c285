package dev.studybuddy.bench.relays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {

    @Test
    void theMedianOfTwoRoundsIsTheSlowerOne() {
        List<Result> results = List.of(
                result("a", "drain", 30),
                result("a", "drain", 10),
                result("a", "drain", 20),
                result("a", "lag", 5),
                result("b", "drain", 8),
                result("b", "drain", 7));

        List<Rounds> rounds = Rounds.of(results, "drain");

        assertThat(rounds)
                .extracting(each -> each.median().publishedPerSecond(), Rounds::count, Rounds::slowest, Rounds::fastest)
                .containsExactly(tuple(20.0, 3, 10.0, 30.0), tuple(7.0, 2, 7.0, 8.0));
    }

    private static Result result(String relay, String scenario, double rate) {
        return new Result(
                relay, relay, "1", scenario, -1, -1, rate, false, 1, 1, 0, 0, 0, 1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0);
    }
}
