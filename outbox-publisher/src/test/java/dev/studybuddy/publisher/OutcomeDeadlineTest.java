package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.background.Loop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OutcomeDeadlineTest {

    private final OutcomeDeadline deadline = new OutcomeDeadline(Duration.ofMillis(6_500));

    @Test
    void aSendThatMayStillEndIsAccepted() {
        assertThatCode(() -> deadline.check(Duration.ofSeconds(13).toNanos())).doesNotThrowAnyException();
    }

    @Test
    void aLostOutcomeEndsTheLoopByItsErrorHandler() {
        CompletableFuture<Error> handled = new CompletableFuture<>();
        Loop loop = new Loop(
                "publish",
                () -> {
                    deadline.check(Duration.ofMillis(13_001).toNanos());
                    return 0;
                },
                (name, error) -> handled.complete(error));

        loop.start();

        await().atMost(Duration.ofSeconds(10)).until(loop::hasEndedByError);
        assertThat(handled.join()).hasMessageContaining("13001 ms").hasMessageContaining("Kafka client");
    }
}
