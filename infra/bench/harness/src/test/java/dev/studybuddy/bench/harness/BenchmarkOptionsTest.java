package dev.studybuddy.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BenchmarkOptionsTest {

    @Test
    void aValueIsAcceptedWithAndWithoutAnEqualsSign() {
        BenchmarkOptions options = parse("--events", "7", "--quick", "--rates=1,2");

        assertThat(options.number("events", 1, 2)).isEqualTo(7);
        assertThat(options.numbers("rates", "3", "4")).containsExactly(1, 2);
        assertThat(options.number("seconds", 5, 6)).isEqualTo(5);
    }

    @Test
    void aSelectionIsAllAcceptedWordsUnlessTheOptionNamesSome() {
        assertThat(parse().selection("parts", List.of("drain", "lag"))).containsExactly("drain", "lag");
        assertThat(parse("--parts", "lag").selection("parts", List.of("drain", "lag")))
                .containsExactly("lag");
    }

    @Test
    void theRejectionOfAnUnknownWordListsTheAcceptedOnes() {
        assertThatThrownBy(() -> parse("--parts=lags").selection("parts", List.of("drain", "lag")))
                .hasMessage("--parts names lags, but the accepted words are: drain, lag");
    }

    @Test
    void aValueThatIsNoNumberIsRejectedWithItsOption() {
        assertThatThrownBy(() -> parse("--events").number("events", 1)).hasMessage("--events= must be a whole number");
        assertThatThrownBy(() -> parse("--rates=1,x").numbers("rates", "1", "1"))
                .hasMessage("--rates=x must be a whole number");
    }

    @Test
    void aSwitchWithAValueIsRejected() {
        assertThatThrownBy(() -> parse("--quick", "lag")).hasMessageContaining("--quick has the value lag");
    }

    private static BenchmarkOptions parse(String... arguments) {
        return BenchmarkOptions.parse(arguments, "events", "rates", "seconds", "parts");
    }
}
