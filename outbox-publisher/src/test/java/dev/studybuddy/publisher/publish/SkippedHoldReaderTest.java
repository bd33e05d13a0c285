package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.lease.OwnedShards;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OrderingBounds;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SkippedHoldReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration WINDOW = Duration.ofSeconds(70);
    private static final Duration HOLD = Duration.ofSeconds(10);
    private static final int SHARD = 3;

    private final Ordering ordering = new Ordering(new OrderingBounds(100, 100, 1, 100));
    private final ShardCursors cursors = new ShardCursors(
            ordering,
            new UnavailableDestinations(Backoff.between(SECOND, SECOND), aggregate -> 0),
            OwnedShards.of(NOW, SHARD),
            new NoStartingPoints(),
            WINDOW);
    private final SkippedHoldReader reader = new SkippedHoldReader(ordering, cursors, new NoOpListener());
    private ShardCursor cursor;

    @BeforeEach
    void readTheBacklog() {
        ordering.deferred().defer(new Aggregate(4, "todo", "deferred"), 1, Long.MAX_VALUE);
        cursors.update(0, type -> null);
        cursor = cursors.of(SHARD);
        cursor.recordPage(row(NOW, null), 0, false, NOW);
    }

    @Test
    void aRunningSweepEndsBeforeSkippedRowsAreReadAgain() {
        Instant createdAt = NOW.minusSeconds(300);
        IndexPosition first = IndexPosition.from(createdAt.minusMillis(1));
        skipRow(createdAt);
        reader.beginDue(HOLD.toNanos());
        assertThat(cursor.sweepPosition()).isEqualTo(first);

        OutboxRow swept = row(NOW.minusSeconds(200), null);
        cursor.recordSweptPage(swept, true);
        skipRow(createdAt);
        long laterNanos = HOLD.multipliedBy(2).toNanos();
        reader.beginDue(laterNanos);
        assertThat(cursor.sweepPosition()).as("the running sweep").isEqualTo(swept.position());

        cursor.recordSweptPage(null, false);
        assertThat(cursor.isSweeping()).isFalse();
        reader.beginDue(laterNanos);
        assertThat(cursor.sweepPosition()).as("the next sweep").isEqualTo(first);
    }

    @Test
    void aSweepOfSkippedRowsCoversLateCommits() {
        skipRow(NOW.minusSeconds(1));

        reader.beginDue(HOLD.toNanos());

        assertThat(cursor.sweepPosition()).isEqualTo(IndexPosition.from(NOW.minus(WINDOW)));
    }

    /** Skips a row that is due after the hold. */
    private void skipRow(Instant createdAt) {
        assertThat(ordering.admit(row(createdAt, NOW.plus(HOLD)), 0)).isEqualTo(Ordering.Admission.SKIPPED);
        assertThat(ordering.skippedHolds().isEmpty()).isFalse();
    }

    private static OutboxRow row(Instant createdAt, @Nullable Instant nextAttemptAt) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                new Aggregate(SHARD, "todo", "a"),
                1,
                new UUID(0, 1),
                "todo.updated",
                json,
                json,
                createdAt,
                0,
                nextAttemptAt,
                NOW,
                0);
    }
}
