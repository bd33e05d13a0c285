package dev.studybuddy.projector.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LiveLagTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final AtomicLong nanos = new AtomicLong();
    private final LiveLag lag = new LiveLag(nanos::get);
    private final AtomicBoolean becameLive = new AtomicBoolean();
    private final Throttle live = new Throttle(lag, LIMIT, () -> true);
    private final Throttle building = new Throttle(lag, LIMIT, becameLive::get);

    @Test
    void aBuildingGenerationWaitsWhileLiveEventsAreOld() {
        live.run("p0", () -> Duration.ofSeconds(5));
        assertThat(building.isActive()).isFalse();

        live.run("p0", () -> Duration.ofSeconds(6));
        assertThat(building.isActive()).isTrue();
        assertThat(live.isActive()).isFalse();
    }

    @Test
    void onePartitionThatIsLateIsNotHiddenByTheOthers() {
        live.run("late", () -> Duration.ofSeconds(6));
        live.run("late", () -> Duration.ofMillis(20));
        for (int partition = 0; partition < 24; partition++) {
            live.run("p" + partition, () -> Duration.ofMillis(10));
        }

        assertThat(lag.current()).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void aSampleExpiresAfterFiveSeconds() {
        live.run("p0", () -> Duration.ofSeconds(6));
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(lag.current()).isEqualTo(Duration.ofSeconds(6));

        nanos.addAndGet(1);
        assertThat(lag.current()).isZero();
        assertThat(building.isActive()).isFalse();
    }

    @Test
    void aBatchThatTakesLongCountsWhileItIsInHand() {
        live.run("p0", () -> {
            nanos.addAndGet(Duration.ofSeconds(30).toNanos());
            assertThat(lag.current()).isEqualTo(Duration.ofSeconds(30));
            assertThat(building.isActive()).isTrue();
            return Duration.ZERO;
        });

        assertThat(lag.current()).isZero();
    }

    @Test
    void aGenerationThatBecomesLiveDoesNotWaitAnyMore() {
        live.run("p0", () -> Duration.ofSeconds(6));
        assertThat(building.isActive()).isTrue();

        becameLive.set(true);

        assertThat(building.isActive()).isFalse();
    }

    @Test
    void aBuildingGenerationDoesNotRaiseTheLag() {
        building.run("p0", () -> Duration.ofDays(100));

        assertThat(lag.current()).isZero();
    }
}
