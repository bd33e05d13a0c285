package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** This test lets whole batches be slow or fail. */
class FailedMarkBatchesTest extends MarkerFixture {

    @Test
    void aSlowWriteMakesTheNextBatchesSmallerUntilTheyAreFast() {
        writer.durationNanos = TimeUnit.SECONDS.toNanos(2);
        acknowledge(400);
        submits(0, false);
        submits(1, false);
        writer.durationNanos = WRITE_NANOS;
        acknowledge(150);
        submitAll(1_000);

        assertThat(writer.sizes).startsWith(200, 50, 16, 32, 64, 128);
        assertThat(ordering.size()).isZero();
    }

    @Test
    void aTimeoutHalvesTheBatchesUntilTheServerAcceptsThem() {
        writer.largestBatch = 60;
        acknowledge(200);
        submitAll(0);
        acknowledge(200);
        submitAll(1_000);

        assertThat(ordering.size()).isZero();
        assertThat(marker.unmarkedRows().count()).isZero();
        assertThat(writer.sizes).startsWith(200, 100, 50, 50, 100, 50, 50).doesNotContain(199);
    }

    @Test
    void anUnreachableDatabaseLeavesTheBatchWhole() {
        writer.reachable = false;
        acknowledge(200);
        assertThat(submits(0, false)).isTrue();
        assertThat(submits(49, false)).as("a retry before its backoff is over").isFalse();
        assertThat(submits(100, false)).isTrue();
        writer.reachable = true;
        submitAll(1_000);

        assertThat(writer.sizes).containsExactly(200, 200, 200);
        assertThat(ordering.size()).isZero();
    }

    @Test
    void aLongOutageOfTheDatabaseDelaysMarksByAtMostFiveSeconds() {
        writer.reachable = false;
        acknowledge(1);
        long nowMillis = 0;
        for (int n = 0; n < 20; n++) {
            submits(nowMillis, false);
            nowMillis += 5_000;
        }
        assertThat(writer.sizes).as("attempts").hasSize(20);
        writer.reachable = true;

        assertThat(submits(nowMillis, false)).isTrue();
        assertThat(ordering.size()).isZero();
    }

    @Test
    void writesThatAllFailBackOffAndNewBatchesWait() {
        writer.largestBatch = 0;
        for (int n = 0; n < 5; n++) {
            acknowledge(200);
        }
        for (int second = 0; second < 600; second++) {
            submitAll(1_000L * second);
        }

        // A few batches are split and wait; the other marks wait in the queue.
        assertThat(marker.unmarkedRows().count()).isBetween(1, 450);
        assertThat(writer.sizes.size()).as("statements in ten minutes").isLessThan(5_000);

        writer.largestBatch = Integer.MAX_VALUE;
        for (int second = 600; second < 700; second++) {
            submitAll(1_000L * second);
        }
        assertThat(ordering.size()).isZero();
    }
}
