package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class PollScheduleTest {

    private static final long MILLI = 1_000_000;
    private static final long SHARDS_3_AND_5 = (1L << 3) | (1L << 5);
    private static final long SHARDS_0_TO_16 = (1L << 17) - 1;
    private static final long SHARDS_0_TO_48 = (1L << 49) - 1;

    private final PollSchedule schedule = new PollSchedule(new PublishSettings.Polling(
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofMillis(2),
            Duration.ofMillis(20),
            4096,
            DataSize.ofMegabytes(8),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            Duration.ofSeconds(60)));

    @Test
    void thePollIntervalGrowsWhilePollsFindNoRows() {
        assertThat(schedule.dueShards(0)).isEqualTo(PollSchedule.ALL);
        schedule.recordPoll(0, PollSchedule.ALL, false, 0);
        assertThat(schedule.nextNanos(0, null)).isEqualTo(100 * MILLI);

        long now = 0;
        for (int poll = 0; poll < 100; poll++) {
            now = schedule.nextNanos(now, null);
            assertThat(schedule.dueShards(now - 1)).isZero();
            assertThat(schedule.dueShards(now)).isEqualTo(PollSchedule.ALL);
            schedule.recordPoll(now, PollSchedule.ALL, false, 0);
            schedule.recordSweep(now, false);
        }
        assertThat(schedule.nextNanos(now, null) - now).isEqualTo(500 * MILLI);
    }

    @Test
    void slowPollsWithoutRowsAreRepeatedAfterTenTimesTheirDuration() {
        pollWithoutRows(-1_000, 250);
        pollWithoutRows(0, 300);

        assertThat(schedule.dueShards(2_499 * MILLI)).isZero();
        assertThat(schedule.dueShards(2_500 * MILLI)).isEqualTo(PollSchedule.ALL);
    }

    @Test
    void theIntervalOfSweepsBoundsTheWaitAfterSlowPolls() {
        pollWithoutRows(-1_000, 900);
        pollWithoutRows(0, 900);

        assertThat(schedule.dueShards(4_999 * MILLI)).isZero();
        assertThat(schedule.dueShards(5_000 * MILLI)).isEqualTo(PollSchedule.ALL);
    }

    @Test
    void oneSlowPollDelaysNoPoll() {
        pollWithoutRows(-200, 10);
        pollWithoutRows(0, 900);
        assertThat(schedule.dueShards(125 * MILLI)).isEqualTo(PollSchedule.ALL);

        schedule.recordPoll(125 * MILLI, PollSchedule.ALL, true, 0);
        pollWithoutRows(131, 900);
        assertThat(schedule.dueShards(231 * MILLI)).isEqualTo(PollSchedule.ALL);
    }

    @Test
    void wakeUpsDoNotWaitAfterSlowPolls() {
        pollWithoutRows(-1_000, 250);
        pollWithoutRows(0, 250);

        schedule.wake(300 * MILLI, SHARDS_3_AND_5);
        assertThat(schedule.dueShards(300 * MILLI)).isEqualTo(SHARDS_3_AND_5);
        schedule.recordPoll(300 * MILLI, SHARDS_3_AND_5, true, 0);
        assertThat(schedule.dueShards(2_499 * MILLI))
                .as("the poll of all shards is not earlier")
                .isZero();
        assertThat(schedule.dueShards(2_500 * MILLI)).isEqualTo(PollSchedule.ALL);

        pollWithoutRows(2_500, 250);
        schedule.wake(2_600 * MILLI, SHARDS_0_TO_48);
        assertThat(schedule.dueShards(2_600 * MILLI)).isEqualTo(PollSchedule.ALL);
    }

    private void pollWithoutRows(long atMillis, long durationMillis) {
        assertThat(schedule.dueShards(atMillis * MILLI)).isEqualTo(PollSchedule.ALL);
        schedule.recordPoll(atMillis * MILLI, PollSchedule.ALL, false, 0);
        schedule.recordEmptyPoll(atMillis * MILLI, durationMillis * MILLI);
    }

    @Test
    void aWakeUpPollsOnlyItsShardsAndKeepsTheSpacing() {
        schedule.dueShards(0);
        schedule.recordPoll(0, PollSchedule.ALL, false, 0);

        schedule.wake(MILLI, SHARDS_3_AND_5);
        assertThat(schedule.dueShards(MILLI)).as("1 ms after the previous poll").isZero();
        assertThat(schedule.nextNanos(MILLI, null)).isEqualTo(2 * MILLI);
        assertThat(schedule.dueShards(2 * MILLI)).isEqualTo(SHARDS_3_AND_5);

        schedule.recordPoll(2 * MILLI, SHARDS_3_AND_5, true, 0);
        assertThat(schedule.dueShards(50 * MILLI))
                .as("wake-ups announce further rows")
                .isZero();
        assertThat(schedule.dueShards(103 * MILLI))
                .as("the poll of all shards remains due")
                .isEqualTo(PollSchedule.ALL);
    }

    @Test
    void wakeUpsOfManyShardsPollAllShards() {
        schedule.dueShards(0);
        schedule.recordPoll(0, PollSchedule.ALL, false, 0);

        schedule.wake(5 * MILLI, SHARDS_0_TO_48 >> 1);
        assertThat(schedule.dueShards(5 * MILLI)).as("48 shards").isEqualTo(SHARDS_0_TO_48 >> 1);

        schedule.wake(5 * MILLI, SHARDS_0_TO_48);
        assertThat(schedule.dueShards(5 * MILLI)).as("49 shards").isEqualTo(PollSchedule.ALL);
    }

    @Test
    void withoutWakeUpsAPollThatFindsRowsIsRepeatedAfterThreeSpacings() {
        schedule.dueShards(0);
        schedule.recordPoll(0, PollSchedule.ALL, true, 0);

        assertThat(schedule.dueShards(5 * MILLI)).isZero();
        assertThat(schedule.dueShards(6 * MILLI)).isEqualTo(PollSchedule.ALL);
    }

    @Test
    void aWakeUpWaitsThreeSpacingsAfterALargePollThatFoundRows() {
        schedule.dueShards(0);
        schedule.recordPoll(0, PollSchedule.ALL, false, 0);
        schedule.wake(2 * MILLI, SHARDS_0_TO_16);
        schedule.recordPoll(2 * MILLI, SHARDS_0_TO_16, true, 0);

        schedule.wake(3 * MILLI, SHARDS_3_AND_5);

        assertThat(schedule.dueShards(7 * MILLI)).isZero();
        assertThat(schedule.dueShards(8 * MILLI)).isEqualTo(SHARDS_3_AND_5);
    }

    @Test
    void aWakeUpWaitsOneSpacingAfterALargePollThatFoundNoRows() {
        schedule.dueShards(0);
        schedule.recordPoll(0, PollSchedule.ALL, false, 0);
        schedule.wake(2 * MILLI, SHARDS_0_TO_16);
        schedule.recordPoll(2 * MILLI, SHARDS_0_TO_16, false, 0);

        schedule.wake(3 * MILLI, SHARDS_3_AND_5);

        assertThat(schedule.dueShards(3 * MILLI)).isZero();
        assertThat(schedule.dueShards(4 * MILLI)).isEqualTo(SHARDS_3_AND_5);
    }

    @Test
    void withWakeUpsAPollThatFindsRowsIsNotRepeatedAtOnce() {
        schedule.wake(0, SHARDS_3_AND_5);
        schedule.dueShards(0);
        schedule.recordPoll(0, PollSchedule.ALL, true, 0);
        assertThat(schedule.dueShards(99 * MILLI)).isZero();

        schedule.recordPoll(600 * MILLI, PollSchedule.ALL, true, 0);
        assertThat(schedule.dueShards(606 * MILLI))
                .as("no wake-up for longer than the idle interval")
                .isEqualTo(PollSchedule.ALL);
    }

    @Test
    void aFullPageIsFollowedAtOnceByAPollOfItsShardOnly() {
        schedule.dueShards(0);
        schedule.recordPoll(0, PollSchedule.ALL, true, 1L << 7);

        assertThat(schedule.dueShards(0)).isEqualTo(1L << 7);
        schedule.recordPoll(0, 1L << 7, true, 0);
        assertThat(schedule.dueShards(MILLI)).isZero();
    }
}
