package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Runs the real loop while no send has an outcome. */
class LostOutcomeTest {

    private static final Aggregate AGGREGATE = SimulatedSystem.aggregate("a0");
    private static final Duration DELIVERY_TIMEOUT = Duration.ofNanos(SimulatedBroker.DELIVERY_TIMEOUT_NANOS);

    private final SimulatedSystem system = new SimulatedSystem();

    @Test
    void aSendWithoutAnOutcomeIsReportedWithItsAge() {
        system.broker.clientThreadEnded = true;
        system.write(AGGREGATE, 1);
        system.run(Duration.ofSeconds(30), () -> {});
        assertThat(system.instance.longestSend()).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(30));
    }

    @Test
    void sendsOfAnUnavailableBrokerEndWithTheDeliveryTimeout() {
        system.broker.unanswered = row -> true;
        system.write(AGGREGATE, 1);
        system.run(
                Duration.ofSeconds(60),
                () -> assertThat(system.instance.longestSend())
                        .isLessThan(DELIVERY_TIMEOUT.plus(Duration.ofSeconds(1))));
        assertThat(system.pending()).containsExactly(AGGREGATE);
    }
}
