package dev.studybuddy.api.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private static final Duration BUDGET = Duration.ofMillis(2700);

    private final AtomicLong nowNanos = new AtomicLong(5);

    @BeforeEach
    void begin() {
        Deadline.begin(BUDGET, nowNanos::get);
    }

    @AfterEach
    void end() {
        Deadline.end();
    }

    @Test
    void allWaitsOfARequestTogetherEndByItsDeadline() {
        pass(Duration.ofMillis(2500));

        assertThat(Deadline.limit(Duration.ofSeconds(2))).isEqualTo(Duration.ofMillis(200));

        pass(Duration.ofSeconds(2));

        assertThat(Deadline.limit(Duration.ofSeconds(2))).isZero();
    }

    @Test
    void aWaitThatTheCallerAskedForDoesNotCount() {
        Deadline.extend(Duration.ofSeconds(10));
        pass(Duration.ofSeconds(4));
        Deadline.extend(Duration.ofSeconds(-6));

        assertThat(Deadline.remainingNanos()).hasValue(BUDGET.toNanos());
    }

    @Test
    void aPartLeavesTimeForALaterPart() {
        Duration ofPart = Deadline.runReserving(Duration.ofMillis(1200), () -> Deadline.limit(Duration.ofSeconds(9)));

        assertThat(ofPart).isEqualTo(Duration.ofMillis(1500));
        assertThat(Deadline.limit(Duration.ofSeconds(9))).isEqualTo(BUDGET);
    }

    @Test
    void aThreadWithoutARequestHasNoDeadline() {
        Deadline.end();

        assertThat(Deadline.remainingNanos()).isEmpty();
        assertThat(Deadline.limit(Duration.ofSeconds(9))).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void aShortTimeRemainsToRecordAFailure() {
        pass(BUDGET);
        Deadline.ensure(Duration.ofMillis(200));

        assertThat(Deadline.limit(Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(200));
    }

    private void pass(Duration time) {
        nowNanos.addAndGet(time.toNanos());
    }
}
