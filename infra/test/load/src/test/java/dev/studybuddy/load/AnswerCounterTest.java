package dev.studybuddy.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AnswerCounterTest {

    private final AnswerCounter counter = new AnswerCounter();

    @Test
    void intervalsShareNoWriteAndTheResultHasAll() {
        write();
        counter.countRejected();
        LoadInterval first = counter.endInterval(Percentiles.NONE, 2);
        write();
        write();
        counter.countUnanswered();

        LoadInterval second = counter.endInterval(Percentiles.NONE, 3);

        assertThat(first.acknowledged()).isEqualTo(1);
        assertThat(first.rejected()).isEqualTo(1);
        assertThat(first.lagGivenUp()).isEqualTo(2);
        assertThat(second.acknowledged()).isEqualTo(2);
        assertThat(second.latency().count()).isEqualTo(2);
        assertThat(second.rejected()).isZero();
        assertThat(second.failed()).isEqualTo(1);
        assertThat(second.lagGivenUp()).isEqualTo(1);
        LoadResult result = counter.result(Duration.ofSeconds(1), Percentiles.NONE, 3);
        assertThat(result.acknowledged()).isEqualTo(3);
        assertThat(result.latency().count()).isEqualTo(3);
    }

    private void write() {
        counter.countAnswer(200);
        counter.recordLatency(Duration.ofMillis(5));
    }
}
