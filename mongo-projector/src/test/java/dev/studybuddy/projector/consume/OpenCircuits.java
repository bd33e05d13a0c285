package dev.studybuddy.projector.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.projector.mongo.BatchCircuitBreaker;
import dev.studybuddy.projector.mongo.FencedSessionLostException;

/** Opens circuit breakers for tests. */
final class OpenCircuits {

    private OpenCircuits() {}

    /** Opens a closed breaker by outages, and waits until it permits the next attempt. */
    static void open(BatchCircuitBreaker breaker) {
        while (!breaker.isOpen()) {
            assertThat(breaker.tryAcquirePermission()).isTrue();
            assertThatExceptionOfType(FencedSessionLostException.class)
                    .isThrownBy(() -> breaker.run(() -> {
                        throw new FencedSessionLostException(
                                FencedSessionLostException.Cause.OUTAGE, "lost", new IllegalStateException());
                    }));
        }
        awaitPermission(breaker);
    }

    /** Waits until an open breaker permits the next attempt. */
    static void awaitPermission(BatchCircuitBreaker breaker) {
        await().until(breaker::tryAcquirePermission);
        // Work without a command returns the permission.
        breaker.run(() -> false);
    }
}
