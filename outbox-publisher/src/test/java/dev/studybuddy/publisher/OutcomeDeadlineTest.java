package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.background.Loop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OutcomeDeadlineTest {

    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    private final OutcomeDeadline deadline = new OutcomeDeadline(Duration.ofMillis(6_500));

    /**
     * The thread of the Kafka client resolves the names of three brokers. It tries each name twice, for 10 s each time.
     */
    @Test
    void aSendThatWaitsForUnansweredNameLookupsIsAccepted() {
        assertThatCode(() -> deadline.check(Duration.ofSeconds(60).toNanos())).doesNotThrowAnyException();
    }

    @Test
    void aSendMayTakeFiveMinutes() {
        assertThatCode(() -> deadline.check(FIVE_MINUTES.toNanos())).doesNotThrowAnyException();
    }

    @Test
    void aLongGuardExtendsTheDeadline() {
        OutcomeDeadline ofLongGuard = new OutcomeDeadline(Duration.ofMinutes(4));
        Duration eightMinutes = Duration.ofMinutes(8);

        assertThatCode(() -> ofLongGuard.check(eightMinutes.toNanos())).doesNotThrowAnyException();
        assertThatThrownBy(() -> ofLongGuard.check(eightMinutes.toNanos() + 1))
                .isInstanceOf(OutcomeDeadline.LostOutcomeError.class);
    }

    @Test
    void aLostOutcomeEndsTheLoopByItsErrorHandler() {
        CompletableFuture<Error> handled = new CompletableFuture<>();
        Loop loop = new Loop(
                "publish",
                () -> {
                    deadline.check(FIVE_MINUTES.plusMillis(1).toNanos());
                    return 0;
                },
                (name, error) -> handled.complete(error));

        loop.start();

        await().atMost(Duration.ofSeconds(10)).until(loop::hasEndedUnexpectedly);
        assertThat(handled.join()).hasMessageContaining("300001 ms").hasMessageContaining("Kafka client");
    }
}
