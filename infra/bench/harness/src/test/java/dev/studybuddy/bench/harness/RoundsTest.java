package dev.studybuddy.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {

    @Test
    void theMedianOfTwoRoundsIsTheSlowerOne() {
        List<Round> results = List.of(
                new Round("a", 30), new Round("a", 10), new Round("a", 20), new Round("b", 8), new Round("b", 7));

        List<Rounds<Round>> rounds = Rounds.group(results, Round::target, Round::rate);

        assertThat(rounds)
                .extracting(each -> each.median().rate(), Rounds::count, Rounds::slowest, Rounds::fastest)
                .containsExactly(tuple(20.0, 3, 10.0, 30.0), tuple(7.0, 2, 7.0, 8.0));
    }

    private record Round(String target, double rate) {}
}
