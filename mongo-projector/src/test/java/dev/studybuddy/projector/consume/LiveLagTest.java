package dev.studybuddy.projector.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LiveLagTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final AtomicLong nanos = new AtomicLong();
    private final LiveLag lag = new LiveLag(nanos::get);
    private final AtomicBoolean becameLive = new AtomicBoolean();
    private final Throttle live = new Throttle(lag, LIMIT, () -> true, () -> false);
    private final Throttle building = new Throttle(lag, LIMIT, becameLive::get, () -> false);

    @Test
    void aBuildingGenerationWaitsWhileLiveEventsAreOld() {
        run(live, "p0", () -> Duration.ofSeconds(5));
        assertThat(building.isActive()).isFalse();

        run(live, "p0", () -> Duration.ofSeconds(6));
        assertThat(building.isActive()).isTrue();
        assertThat(live.isActive()).isFalse();
    }

    @Test
    void onePartitionThatIsLateIsNotHiddenByTheOthers() {
        run(live, "late", () -> Duration.ofSeconds(6));
        run(live, "late", () -> Duration.ofMillis(20));
        for (int partition = 0; partition < 24; partition++) {
            run(live, "p" + partition, () -> Duration.ofMillis(10));
        }

        assertThat(lag.current()).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void aSampleExpiresAfterFiveSeconds() {
        run(live, "p0", () -> Duration.ofSeconds(6));
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(lag.current()).isEqualTo(Duration.ofSeconds(6));

        nanos.addAndGet(1);
        assertThat(lag.current()).isZero();
        assertThat(building.isActive()).isFalse();
    }

    @Test
    void aLowerSampleCountsAfterAHigherOneHasExpired() {
        run(live, "p0", () -> Duration.ofSeconds(30));
        nanos.addAndGet(Duration.ofMillis(4_900).toNanos());
        run(live, "p0", () -> Duration.ofSeconds(29));
        assertThat(lag.current()).isEqualTo(Duration.ofSeconds(30));

        nanos.addAndGet(Duration.ofMillis(200).toNanos());
        assertThat(lag.current()).isEqualTo(Duration.ofSeconds(29));
        assertThat(building.isActive()).isTrue();

        nanos.addAndGet(Duration.ofMillis(4_801).toNanos());
        assertThat(lag.current()).isZero();
    }

    @Test
    void aHighSampleExpiresUnderASteadyLoad() {
        run(live, "p0", () -> Duration.ofSeconds(30));
        for (int n = 0; n < 510; n++) {
            nanos.addAndGet(Duration.ofMillis(10).toNanos());
            run(live, "p0", () -> Duration.ofMillis(20));
        }

        assertThat(lag.current()).isEqualTo(Duration.ofMillis(20));
        assertThat(lag.sampleCount()).isLessThanOrEqualTo(52);
    }

    @Test
    void aBatchThatTakesLongCountsWhileItIsInProgress() {
        run(live, "p0", () -> {
            nanos.addAndGet(Duration.ofSeconds(30).toNanos());
            assertThat(lag.current()).isEqualTo(Duration.ofSeconds(30));
            assertThat(building.isActive()).isTrue();
            return Duration.ZERO;
        });

        assertThat(lag.current()).isZero();
    }

    @Test
    void aGenerationThatBecomesLiveNoLongerWaits() {
        run(live, "p0", () -> Duration.ofSeconds(6));
        assertThat(building.isActive()).isTrue();

        becameLive.set(true);

        assertThat(building.isActive()).isFalse();
    }

    @Test
    void aBuildingGenerationDoesNotRaiseTheLag() {
        run(building, "p0", () -> Duration.ofDays(100));

        assertThat(lag.current()).isZero();
    }

    @Test
    void samplesExpireAlthoughNoRebuildReadsTheLag() {
        for (int n = 0; n < 1000; n++) {
            run(live, "p" + n, () -> Duration.ofSeconds(1));
            nanos.addAndGet(Duration.ofSeconds(6).toNanos());
        }

        assertThat(lag.sampleCount()).isEqualTo(1);
    }

    private static void run(Throttle throttle, String topic, Supplier<Duration> batch) {
        GenerationPartition partition = new GenerationPartition("study-g1", new TopicPartition(topic, 0));
        throttle.run(List.of(partition), () -> Map.of(partition, batch.get()));
    }
}
