package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PollScheduleTest {

    private static final long MILLI = 1_000_000;
    private static final long SHARDS_3_AND_5 = (1L << 3) | (1L << 5);

    private final PollSchedule times = new PollSchedule(new PublishSettings.Polling(
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofMillis(2),
            Duration.ofMillis(20),
            4096,
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            Duration.ofSeconds(60)));

    @Test
    void thePollIntervalGrowsWhilePollsFindNoRows() {
        assertThat(times.dueShards(0)).isEqualTo(PollSchedule.ALL);
        times.recordPoll(0, PollSchedule.ALL, false, 0);
        assertThat(times.nextNanos(0, null)).isEqualTo(100 * MILLI);

        long now = 0;
        for (int poll = 0; poll < 100; poll++) {
            now = times.nextNanos(now, null);
            assertThat(times.dueShards(now - 1)).isZero();
            assertThat(times.dueShards(now)).isEqualTo(PollSchedule.ALL);
            times.recordPoll(now, PollSchedule.ALL, false, 0);
            times.recordSweep(now, false);
        }
        assertThat(times.nextNanos(now, null) - now).isEqualTo(500 * MILLI);
    }

    @Test
    void aWakeUpPollsOnlyItsShardsAndKeepsTheSpacing() {
        times.dueShards(0);
        times.recordPoll(0, PollSchedule.ALL, false, 0);

        times.wake(MILLI, SHARDS_3_AND_5);
        assertThat(times.dueShards(MILLI)).as("1 ms after the previous poll").isZero();
        assertThat(times.nextNanos(MILLI, null)).isEqualTo(2 * MILLI);
        assertThat(times.dueShards(2 * MILLI)).isEqualTo(SHARDS_3_AND_5);

        times.recordPoll(2 * MILLI, SHARDS_3_AND_5, true, 0);
        assertThat(times.dueShards(50 * MILLI))
                .as("wake-ups announce further rows")
                .isZero();
        assertThat(times.dueShards(103 * MILLI))
                .as("the poll of all shards remains due")
                .isEqualTo(PollSchedule.ALL);
    }

    @Test
    void wakeUpsOfManyShardsPollAllShards() {
        times.dueShards(0);
        times.recordPoll(0, PollSchedule.ALL, false, 0);

        times.wake(5 * MILLI, 0x1FFFF);

        assertThat(times.dueShards(5 * MILLI)).isEqualTo(PollSchedule.ALL);
    }

    @Test
    void withoutWakeUpsAPollThatFindsRowsIsRepeatedAtOnce() {
        times.dueShards(0);
        times.recordPoll(0, PollSchedule.ALL, true, 0);

        assertThat(times.dueShards(MILLI)).isZero();
        assertThat(times.dueShards(2 * MILLI)).isEqualTo(PollSchedule.ALL);
    }

    @Test
    void withWakeUpsAPollThatFindsRowsIsNotRepeatedAtOnce() {
        times.wake(0, SHARDS_3_AND_5);
        times.dueShards(0);
        times.recordPoll(0, PollSchedule.ALL, true, 0);
        assertThat(times.dueShards(99 * MILLI)).isZero();

        times.recordPoll(600 * MILLI, PollSchedule.ALL, true, 0);
        assertThat(times.dueShards(602 * MILLI))
                .as("no wake-up for longer than the idle interval")
                .isEqualTo(PollSchedule.ALL);
    }

    @Test
    void aFullPageIsFollowedAtOnceByAPollOfItsShardOnly() {
        times.dueShards(0);
        times.recordPoll(0, PollSchedule.ALL, true, 1L << 7);

        assertThat(times.dueShards(0)).isEqualTo(1L << 7);
        times.recordPoll(0, 1L << 7, true, 0);
        assertThat(times.dueShards(MILLI)).isZero();
    }
}
