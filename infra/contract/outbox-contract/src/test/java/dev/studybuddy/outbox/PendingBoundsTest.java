package dev.studybuddy.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PendingBoundsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration SLACK = Duration.ofSeconds(65);
    /** The driver returns these times for the infinite timestamps. */
    private static final Instant START = OffsetDateTime.MIN.toInstant();

    private static final Instant END = OffsetDateTime.MAX.toInstant();
    private static final long SECOND = 1_000_000_000L;

    private final PendingBounds bounds = new PendingBounds(SLACK);

    @Test
    void readsBeginAtTheStartUntilOneSucceeded() {
        assertThat(bounds.isFullReadDue(0)).isTrue();
        assertThat(bounds.all(0)).hasSize(Shards.COUNT).containsOnly(PendingBounds.START);
    }

    @Test
    void aReadBeginsBeforeTheOldestPendingRow() {
        Instant oldest = NOW.minusSeconds(900);
        bounds.recordRead(List.of(1, 2), Map.of(2, oldest), NOW, true, 0, SECOND);

        assertThat(bounds.all(SECOND).get(1)).isEqualTo(NOW.minus(SLACK).atOffset(ZoneOffset.UTC));
        assertThat(bounds.all(SECOND).get(2)).isEqualTo(oldest.minus(SLACK).atOffset(ZoneOffset.UTC));
        assertThat(bounds.all(SECOND).get(3)).as("a shard that was not read").isEqualTo(PendingBounds.START);
    }

    @Test
    void aReadBeginsAtTheStartIfTheOldestPendingRowIsInfinitelyEarly() {
        bounds.recordRead(List.of(1, 2), Map.of(1, START, 2, Instant.MIN), NOW, true, 0, SECOND);

        assertThat(bounds.all(SECOND)).containsOnly(PendingBounds.START);
    }

    @Test
    void aReadBeginsBeforeThePresentTimeIfTheOldestPendingRowIsInTheFuture() {
        bounds.recordRead(List.of(1, 2), Map.of(1, END, 2, NOW.plusSeconds(900)), NOW, true, 0, SECOND);

        assertThat(bounds.all(SECOND).subList(1, 3))
                .containsOnly(NOW.minus(SLACK).atOffset(ZoneOffset.UTC));
    }

    @Test
    void aFullReadCostsAtMostAHundredthOfTheTime() {
        bounds.recordRead(List.of(1), Map.of(), NOW, true, 0, SECOND);
        assertThat(bounds.isFullReadDue(101 * SECOND - 1)).isFalse();
        assertThat(bounds.isFullReadDue(101 * SECOND)).isTrue();
        assertThat(bounds.all(101 * SECOND)).containsOnly(PendingBounds.START);

        bounds.recordRead(List.of(1), Map.of(), NOW, true, 200 * SECOND, 300 * SECOND);
        assertThat(bounds.isFullReadDue((300 + 3600) * SECOND))
                .as("a full read is due after an hour at the latest")
                .isTrue();
    }

    @Test
    void theRecordedBoundsDoNotChangeWhenAFullReadIsDue() {
        assertThat(bounds.recorded()).hasSize(Shards.COUNT).containsOnly(PendingBounds.START);

        bounds.recordRead(List.of(1), Map.of(), NOW, true, 0, SECOND);

        assertThat(bounds.all(101 * SECOND)).containsOnly(PendingBounds.START);
        assertThat(bounds.recorded()).hasSize(Shards.COUNT);
        assertThat(bounds.recorded().get(1)).isEqualTo(NOW.minus(SLACK).atOffset(ZoneOffset.UTC));
        assertThat(bounds.recorded().get(2)).as("a shard that was not read").isEqualTo(PendingBounds.START);
    }

    @Test
    void aFullReadThatTimedOutIsRepeatedAfterAnHour() {
        bounds.recordTimeout(NOW, 0);

        assertThat(bounds.isFullReadDue(3600 * SECOND - 1)).isFalse();
        assertThat(bounds.all(SECOND))
                .containsOnly(NOW.minus(Duration.ofHours(1)).atOffset(ZoneOffset.UTC));
        assertThat(bounds.isFullReadDue(3600 * SECOND)).isTrue();
    }

    @Test
    void aTimeoutOfAnotherReadDoesNotPostponeTheFullRead() {
        bounds.recordRead(List.of(1), Map.of(), NOW, true, 0, SECOND);

        bounds.recordTimeout(NOW, 60 * SECOND);

        assertThat(bounds.isFullReadDue(101 * SECOND - 1)).isFalse();
        assertThat(bounds.isFullReadDue(101 * SECOND)).isTrue();
    }
}
