package dev.studybuddy.projector.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LiveLagTest {

    private final AtomicLong nanos = new AtomicLong();
    private final LiveLag lag = new LiveLag(nanos::get);
    private final Throttle building = Throttle.building(lag, Duration.ofSeconds(5));

    @Test
    void aBuildingGenerationWaitsWhileLiveEventsAreOld() {
        Throttle.live(lag).observe(Duration.ofSeconds(6));
        assertThat(building.isActive()).isTrue();

        Throttle.live(lag).observe(Duration.ofSeconds(5));
        assertThat(building.isActive()).isFalse();
    }

    @Test
    void aSampleExpiresWithoutFurtherLiveBatches() {
        lag.observe(Duration.ofSeconds(6));
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        assertThat(lag.current()).isEqualTo(Duration.ofSeconds(6));

        nanos.addAndGet(1);
        assertThat(lag.current()).isZero();
        assertThat(building.isActive()).isFalse();
    }

    @Test
    void withoutLiveBatchesThereIsNoLag() {
        assertThat(lag.current()).isZero();
    }
}
