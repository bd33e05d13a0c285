package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShardCursorTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration SLACK = Duration.ofSeconds(2);
    private static final long SECOND = 1_000_000_000L;

    private final ShardCursor cursor = new ShardCursor(new Lease(3, 1, 0, false, null), IndexPosition.START, NOW, 0);

    @Test
    void aPollingCursorReadsTheSlackAgainForLateCommits() {
        OutboxRow last = row(NOW);
        cursor.recordPage(last, 0, false, NOW);

        assertThat(request(NOW.plusSeconds(1)).after()).isEqualTo(IndexPosition.from(NOW.minus(SLACK)));
    }

    @Test
    void accountedRowsAreReadOnceMoreAfterTheSlackAndThenPassed() {
        OutboxRow last = row(NOW);
        cursor.recordPage(last, 0, false, NOW);

        request(NOW.plusSeconds(1));
        cursor.recordPage(last, 64, false, NOW.plusSeconds(1));
        assertThat(request(NOW.plusSeconds(3)).after())
                .as("a transaction that was open at the last read may have committed since")
                .isEqualTo(IndexPosition.from(NOW.minus(SLACK)));

        cursor.recordPage(last, 64, false, NOW.plusSeconds(3));
        assertThat(request(NOW.plusSeconds(3)).after()).isEqualTo(last.position());
        cursor.recordPage(null, 0, false, NOW.plusSeconds(3));
        assertThat(request(NOW.plusSeconds(9)).after()).isEqualTo(last.position());
    }

    @Test
    void accountedRowsOfSeveralPagesArePassedAtTheirEnd() {
        OutboxRow first = row(NOW.minusMillis(500));
        OutboxRow last = row(NOW);
        cursor.recordPage(last, 0, false, NOW);

        request(NOW.plusSeconds(3));
        cursor.recordPage(first, 40, true, NOW.plusSeconds(3));
        assertThat(request(NOW.plusSeconds(3)).after()).isEqualTo(first.position());
        cursor.recordPage(last, 40, false, NOW.plusSeconds(3));

        assertThat(request(NOW.plusSeconds(3)).after()).isEqualTo(last.position());
    }

    @Test
    void aDatabaseClockThatWasSetBackMovesTheCursorBack() {
        cursor.recordPage(row(NOW), 0, false, NOW);
        Instant setBack = NOW.minusSeconds(3_600);

        assertThat(request(setBack).after()).isEqualTo(IndexPosition.from(setBack.minus(SLACK)));
    }

    @Test
    void aNewestRowOfTheFirstInstantMakesTheCursorReadFromTheStart() {
        cursor.recordPage(row(Instant.MIN), 0, false, NOW);

        assertThat(request(NOW).after()).isEqualTo(IndexPosition.START);
    }

    @Test
    void aPageThatDidNotFitInMemoryIsReadAgain() {
        cursor.recordPage(row(NOW), 0, false, NOW);
        IndexPosition start = request(NOW.plusSeconds(1)).after();

        cursor.recordPage(null, 0, true, NOW.plusSeconds(1));

        assertThat(request(NOW.plusSeconds(1)).after()).isEqualTo(start);
    }

    @Test
    void aFewAccountedRowsAreReadAgain() {
        OutboxRow last = row(NOW);
        cursor.recordPage(last, 0, false, NOW);

        request(NOW.plusSeconds(3));
        cursor.recordPage(last, 63, false, NOW.plusSeconds(3));

        assertThat(request(NOW.plusSeconds(3)).after()).isEqualTo(IndexPosition.from(NOW.minus(SLACK)));
    }

    @Test
    void aNewRowMakesTheCursorReadTheSlackAgain() {
        OutboxRow last = row(NOW);
        cursor.recordPage(last, 0, false, NOW);
        request(NOW.plusSeconds(3));
        cursor.recordPage(last, 64, false, NOW.plusSeconds(3));

        OutboxRow fresh = row(NOW.plusSeconds(4));
        cursor.recordPage(fresh, 0, false, NOW.plusSeconds(4));

        assertThat(request(NOW.plusSeconds(4)).after())
                .isEqualTo(IndexPosition.from(NOW.plusSeconds(4).minus(SLACK)));
    }

    @Test
    void aTimedOutSweepBacksOffAndPollsDoNot() {
        cursor.sweepFrom(IndexPosition.START);

        cursor.backOffSweep(0, false);
        assertThat(cursor.isSweepBackingOff(5 * SECOND - 1)).isTrue();
        assertThat(cursor.isSweepBackingOff(5 * SECOND)).isFalse();
        assertThat(cursor.isBackingOff(0)).isFalse();
        cursor.backOffSweep(5 * SECOND, false);
        assertThat(cursor.isSweepBackingOff(15 * SECOND - 1)).isTrue();
        for (int timeout = 0; timeout < 10; timeout++) {
            cursor.backOffSweep(15 * SECOND, false);
        }
        assertThat(cursor.isSweepBackingOff(75 * SECOND - 1)).isTrue();
        assertThat(cursor.isSweepBackingOff(75 * SECOND))
                .as("a sweep backs off for at most a minute")
                .isFalse();

        cursor.recordSweptPage(null, false);
        cursor.backOffSweep(80 * SECOND, false);
        assertThat(cursor.isSweepBackingOff(85 * SECOND))
                .as("a completed sweep resets the backoff")
                .isFalse();
    }

    @Test
    void aCursorThatBeganAtAStartingPointSweepsFromTheStart() {
        ShardCursor taken = new ShardCursor(new Lease(3, 1, 0, false, null), IndexPosition.from(NOW), NOW, 0);

        assertThat(taken.backlogPageRequest(64, null).after()).isEqualTo(IndexPosition.from(NOW));
        assertThat(taken.isSweeping()).isTrue();
        assertThat(taken.sweepPosition()).isEqualTo(IndexPosition.START);
        assertThat(cursor.isSweeping())
                .as("a cursor that begins at the start needs no sweep")
                .isFalse();
    }

    @Test
    void aCursorReadsTheBacklogUntilItsOpenSliceIsRead() {
        Instant end = NOW.minusSeconds(60);
        cursor.backlogPageRequest(64, end);
        cursor.recordPage(null, 0, false, NOW);
        assertThat(cursor.isReadingBacklog()).isTrue();
        assertThat(cursor.position()).isEqualTo(IndexPosition.from(end));
        assertThat(cursor.startingPoint()).isEqualTo(end);

        cursor.backlogPageRequest(64, null);
        cursor.recordPage(null, 0, false, NOW);
        assertThat(cursor.isReadingBacklog()).isFalse();
    }

    @Test
    void aSweepOfSlicesEndsAtThePosition() {
        cursor.recordPage(row(NOW), 0, false, NOW);
        cursor.sweepFrom(IndexPosition.START);

        cursor.sweepPageRequest(64, NOW.minusSeconds(60));
        cursor.recordSweptPage(null, false);
        assertThat(cursor.sweepPosition()).isEqualTo(IndexPosition.from(NOW.minusSeconds(60)));

        cursor.sweepPageRequest(64, NOW.plusSeconds(1));
        cursor.recordSweptPage(null, false);
        assertThat(cursor.isSweeping()).isFalse();
    }

    @Test
    void aPollOmitsFewRowsInMemoryAndCountsMany() {
        cursor.recordPage(row(NOW), 0, false, NOW);
        List<UUID> few = ids(63);

        assertThat(cursor.pollRequest(64, SLACK, NOW, few).present()).isEqualTo(few);
        assertThat(cursor.pollRequest(64, SLACK, NOW, ids(64)).present()).isEmpty();
    }

    @Test
    void aSweepReadsAllPagesOfTheInstantOfThePosition() {
        OutboxRow last = row(NOW);
        cursor.recordPage(last, 64, false, NOW);
        cursor.sweepFrom(IndexPosition.from(NOW.minusMillis(1)));

        cursor.recordSweptPage(last, true);
        assertThat(cursor.sweepPosition()).isEqualTo(last.position());

        cursor.recordSweptPage(row(NOW.plusMillis(1)), true);
        assertThat(cursor.isSweeping()).isFalse();
    }

    @Test
    void aPollThatContinuesAFullPageContainsAllRows() {
        cursor.recordPage(row(NOW), 0, true, NOW);

        assertThat(cursor.pollRequest(64, SLACK, NOW, ids(1)).present()).isEmpty();
    }

    private static List<UUID> ids(int count) {
        return Stream.generate(UUID::randomUUID).limit(count).toList();
    }

    private PageRequest request(Instant databaseNow) {
        return cursor.pollRequest(64, SLACK, databaseNow, List.of());
    }

    private static OutboxRow row(Instant createdAt) {
        return new OutboxRow(
                new Aggregate(3, "todo", "a"),
                1,
                UUID.randomUUID(),
                "todo.updated",
                TestBytes.utf8("{}"),
                TestBytes.utf8("{}"),
                createdAt,
                0,
                null,
                createdAt,
                0);
    }
}
