package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PollTimesTest {

    private static final long MILLI = 1_000_000;
    private static final long SHARDS_3_AND_5 = (1L << 3) | (1L << 5);

    private final PollTimes times = new PollTimes(new PublishSettings.Polling(
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofMillis(2),
            Duration.ofMillis(20),
            4096,
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(65),
            Duration.ofHours(1)));

    @Test
    void allShardsArePolledFirstAndThenInAnIntervalThatGrowsOnASilentSystem() {
        assertThat(times.due(0)).isEqualTo(PollTimes.ALL);
        times.polled(0, PollTimes.ALL, false, 0);
        assertThat(times.next(0, null)).isEqualTo(100 * MILLI);

        long now = 0;
        for (int silent = 0; silent < 100; silent++) {
            now = times.next(now, null);
            assertThat(times.due(now - 1)).isZero();
            assertThat(times.due(now)).isEqualTo(PollTimes.ALL);
            times.polled(now, PollTimes.ALL, false, 0);
            times.swept(now, false);
        }
        assertThat(times.next(now, null) - now).isEqualTo(500 * MILLI);
    }

    @Test
    void whoIsWokenPollsTheWokenShardsAloneAndKeepsItsDistance() {
        times.due(0);
        times.polled(0, PollTimes.ALL, false, 0);

        times.woken(MILLI, SHARDS_3_AND_5);
        assertThat(times.due(MILLI)).as("1 ms after the poll before").isZero();
        assertThat(times.next(MILLI, null)).isEqualTo(2 * MILLI);
        assertThat(times.due(2 * MILLI)).isEqualTo(SHARDS_3_AND_5);

        times.polled(2 * MILLI, SHARDS_3_AND_5, true, 0);
        assertThat(times.due(50 * MILLI)).as("they tell when there is more").isZero();
        assertThat(times.due(103 * MILLI)).as("the poll remains the truth").isEqualTo(PollTimes.ALL);
    }

    @Test
    void wakeUpsOfManyShardsAreAnsweredByAPollOfAll() {
        times.due(0);
        times.polled(0, PollTimes.ALL, false, 0);

        times.woken(5 * MILLI, 0x1FFFF);

        assertThat(times.due(5 * MILLI)).isEqualTo(PollTimes.ALL);
    }

    @Test
    void whereNobodyTellsOfEventsNewsArePolledForAtOnce() {
        times.due(0);
        times.polled(0, PollTimes.ALL, true, 0);

        assertThat(times.due(MILLI)).isZero();
        assertThat(times.due(2 * MILLI)).isEqualTo(PollTimes.ALL);
    }

    @Test
    void whereSomebodyTellsOfEventsNewsAreLeftToThem() {
        times.woken(0, SHARDS_3_AND_5);
        times.due(0);
        times.polled(0, PollTimes.ALL, true, 0);
        assertThat(times.due(99 * MILLI)).isZero();

        times.polled(600 * MILLI, PollTimes.ALL, true, 0);
        assertThat(times.due(602 * MILLI)).as("not heard for long").isEqualTo(PollTimes.ALL);
    }

    @Test
    void aFullPageGoesOnAtOnceForItsShardAlone() {
        times.due(0);
        times.polled(0, PollTimes.ALL, true, 1L << 7);

        assertThat(times.due(0)).isEqualTo(1L << 7);
        times.polled(0, 1L << 7, true, 0);
        assertThat(times.due(MILLI)).isZero();
    }
}
