package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.ordering.IndexPosition;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FailedPollsTest {

    private final FailedPolls failedPolls = new FailedPolls();
    private final List<ShardCursor> cursors =
            IntStream.range(0, 4).mapToObj(FailedPollsTest::cursor).toList();

    @Test
    void shardsOfAFailedPollArePolledAloneInTurn() {
        failedPolls.recordCommonFailure(1);
        failedPolls.recordCommonFailure(3);

        assertThat(List.of(next(), next(), next())).containsExactly(1, 3, 1);
        failedPolls.recordSuccess(1);
        assertThat(failedPolls.needsOwnStatement(cursors.get(1))).isFalse();
        assertThat(List.of(next(), next())).containsExactly(3, 3);
    }

    @Test
    void aShardThatFailsAloneWaitsLongerAndRequestsFewerRows() {
        ShardCursor cursor = cursors.get(2);

        assertThat(failedPolls.recordFailure(2)).isEqualTo(Duration.ofSeconds(5));
        assertThat(failedPolls.rows(cursor, 4096)).isEqualTo(512);
        assertThat(failedPolls.recordFailure(2)).isEqualTo(Duration.ofSeconds(10));
        assertThat(failedPolls.rows(cursor, 4096)).isEqualTo(64);
        failedPolls.recordSuccess(2);
        assertThat(failedPolls.rows(cursor, 4096)).isEqualTo(512);
        assertThat(failedPolls.needsOwnStatement(cursor)).isTrue();
        failedPolls.recordSuccess(2);
        assertThat(failedPolls.rows(cursor, 4096)).isEqualTo(4096);
        assertThat(failedPolls.needsOwnStatement(cursor)).isFalse();
    }

    @Test
    void aShardThatWaitsForATransactionIsPolledAgainAfterAConstantTime() {
        ShardCursor cursor = cursors.get(2);

        for (int n = 0; n < 10; n++) {
            assertThat(failedPolls.recordLockTimeout(2)).isEqualTo(Duration.ofSeconds(5));
        }

        assertThat(failedPolls.rows(cursor, 4096)).isEqualTo(4096);
        assertThat(failedPolls.needsOwnStatement(cursor)).isTrue();
        failedPolls.recordSuccess(2);
        assertThat(failedPolls.needsOwnStatement(cursor)).isFalse();
    }

    private int next() {
        ShardCursor next = failedPolls.nextSeparate(cursors);
        return next == null ? -1 : next.shard;
    }

    private static ShardCursor cursor(int shard) {
        return new ShardCursor(new Lease(shard, 1, 0, false, null), IndexPosition.START, null, 0);
    }
}
