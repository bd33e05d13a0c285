package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.lease.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ShardCursorTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration SLACK = Duration.ofSeconds(2);
    private static final long SECOND = 1_000_000_000L;

    private final ShardCursor cursor = new ShardCursor(new Lease(3, 1, 0, false, null), NOW, 0);

    @Test
    void aFollowerReadsTheSlackAgainForWhatCommitsOutOfOrder() {
        OutboxRow last = row(NOW);
        cursor.read(last, 0, false, NOW);

        assertThat(request(NOW.plusSeconds(1)).after()).isEqualTo(Position.from(NOW.minus(SLACK)));
    }

    @Test
    void aStretchOfKnownRowsIsReadOnceMoreAfterTheSlackAndThenPassed() {
        OutboxRow last = row(NOW);
        cursor.read(last, 0, false, NOW);

        request(NOW.plusSeconds(1));
        cursor.read(last, 64, false, NOW.plusSeconds(1));
        assertThat(request(NOW.plusSeconds(3)).after())
                .as("what was open at the last look may have committed since")
                .isEqualTo(Position.from(NOW.minus(SLACK)));

        cursor.read(last, 64, false, NOW.plusSeconds(3));
        assertThat(request(NOW.plusSeconds(3)).after()).isEqualTo(last.position());
        cursor.read(null, 0, false, NOW.plusSeconds(3));
        assertThat(request(NOW.plusSeconds(9)).after()).isEqualTo(last.position());
    }

    @Test
    void aStretchOfSeveralPagesIsPassedAtItsEnd() {
        OutboxRow first = row(NOW.minusMillis(500));
        OutboxRow last = row(NOW);
        cursor.read(last, 0, false, NOW);

        request(NOW.plusSeconds(3));
        cursor.read(first, 40, true, NOW.plusSeconds(3));
        assertThat(request(NOW.plusSeconds(3)).after()).isEqualTo(first.position());
        cursor.read(last, 40, false, NOW.plusSeconds(3));

        assertThat(request(NOW.plusSeconds(3)).after()).isEqualTo(last.position());
    }

    @Test
    void aPageThatThereWasNoRoomForIsReadAgain() {
        cursor.read(row(NOW), 0, false, NOW);
        Position start = request(NOW.plusSeconds(1)).after();

        cursor.read(null, 0, true, NOW.plusSeconds(1));

        assertThat(request(NOW.plusSeconds(1)).after()).isEqualTo(start);
    }

    @Test
    void fewKnownRowsAreReadAgainSinceThatCostsLittle() {
        OutboxRow last = row(NOW);
        cursor.read(last, 0, false, NOW);

        request(NOW.plusSeconds(3));
        cursor.read(last, 63, false, NOW.plusSeconds(3));

        assertThat(request(NOW.plusSeconds(3)).after()).isEqualTo(Position.from(NOW.minus(SLACK)));
    }

    @Test
    void aNewRowEndsThePassing() {
        OutboxRow last = row(NOW);
        cursor.read(last, 0, false, NOW);
        request(NOW.plusSeconds(3));
        cursor.read(last, 64, false, NOW.plusSeconds(3));

        OutboxRow fresh = row(NOW.plusSeconds(4));
        cursor.read(fresh, 0, false, NOW.plusSeconds(4));

        assertThat(request(NOW.plusSeconds(4)).after())
                .isEqualTo(Position.from(NOW.plusSeconds(4).minus(SLACK)));
    }

    @Test
    void aSweepThatRanOutOfTimeIsPutOffForLongerEachTimeAndPollsAreNot() {
        cursor.sweepFrom(Position.START);

        cursor.putOffSweep(0);
        assertThat(cursor.sweepWaits(5 * SECOND - 1)).isTrue();
        assertThat(cursor.sweepWaits(5 * SECOND)).isFalse();
        assertThat(cursor.waits(0)).isFalse();
        cursor.putOffSweep(5 * SECOND);
        assertThat(cursor.sweepWaits(15 * SECOND - 1)).isTrue();
        for (int more = 0; more < 10; more++) {
            cursor.putOffSweep(15 * SECOND);
        }
        assertThat(cursor.sweepWaits(75 * SECOND - 1)).isTrue();
        assertThat(cursor.sweepWaits(75 * SECOND)).as("at most a minute").isFalse();

        cursor.swept(null, false);
        cursor.putOffSweep(80 * SECOND);
        assertThat(cursor.sweepWaits(85 * SECOND))
                .as("one that ended begins anew")
                .isFalse();
    }

    private PageRequest request(Instant databaseNow) {
        return cursor.request(64, SLACK, databaseNow);
    }

    private static OutboxRow row(Instant createdAt) {
        return new OutboxRow(
                new Aggregate(3, "todo", "a"),
                1,
                UUID.randomUUID(),
                "todo.updated",
                "{}",
                "{}",
                createdAt,
                0,
                null,
                createdAt,
                0);
    }
}
