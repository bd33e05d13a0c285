package dev.studybuddy.publisher.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SkippedHoldsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final long SECOND = 1_000_000_000L;

    private final SkippedHolds skipped = new SkippedHolds();

    @Test
    void aShardIsReadFromItsFirstSkippedRowWhenAnyRowIsDue() {
        skipped.add(row(3, NOW), 20 * SECOND);
        skipped.add(row(3, NOW.minusSeconds(9)), 30 * SECOND);
        skipped.add(row(3, NOW.plusSeconds(9)), 10 * SECOND);
        skipped.add(row(4, NOW), 40 * SECOND);

        assertThat(skipped.removeDue(10 * SECOND - 1, shard -> true)).isEmpty();
        assertThat(skipped.removeDue(10 * SECOND, shard -> true))
                .containsExactly(
                        Map.entry(3, IndexPosition.from(NOW.minusSeconds(9).minusMillis(1))));
        assertThat(skipped.isEmpty()).as("shard 4 is not due").isFalse();
    }

    @Test
    void twoReadsOfAShardBeginAtLeastFiveSecondsApart() {
        skipped.add(row(3, NOW), 0);
        assertThat(skipped.removeDue(0, shard -> true)).containsOnlyKeys(3);

        skipped.add(row(3, NOW), SECOND);

        assertThat(skipped.removeDue(5 * SECOND - 1, shard -> true)).isEmpty();
        assertThat(skipped.removeDue(5 * SECOND, shard -> true)).containsOnlyKeys(3);
        assertThat(skipped.isEmpty()).isTrue();
    }

    @Test
    void aShardThatMayNotBeReadStaysDue() {
        skipped.add(row(3, NOW), 0);
        skipped.add(row(4, NOW), 0);

        assertThat(skipped.removeDue(0, shard -> shard == 4)).containsOnlyKeys(4);
        assertThat(skipped.removeDue(0, shard -> true)).containsOnlyKeys(3);
    }

    @Test
    void theFollowersThatLeftMemoryAreCountedUntilTheyAreTaken() {
        skipped.add(row(3, NOW), 0);
        skipped.addFollower(row(3, NOW), 0);
        skipped.addFollower(row(4, NOW), 0);

        assertThat(skipped.takeRemovedFollowers()).isEqualTo(2);
        assertThat(skipped.takeRemovedFollowers()).isZero();
        assertThat(skipped.removeDue(0, shard -> true)).containsOnlyKeys(3, 4);
    }

    private static OutboxRow row(int shard, Instant createdAt) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                new Aggregate(shard, "todo", "a"),
                1,
                new UUID(0, 1),
                "todo.updated",
                json,
                json,
                createdAt,
                0,
                null,
                createdAt,
                0);
    }
}
