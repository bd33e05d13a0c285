package dev.studybuddy.publisher.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboxRowTest {

    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final List<Instant> EXTREMES = List.of(
            Instant.MIN, Instant.parse("-4713-11-24T00:00:00Z"), Instant.parse("+294276-12-31T23:59:59Z"), Instant.MAX);

    @Test
    void aDelayCountsAsAnHourAtMost() {
        assertThat(row(NOW, null).delayNanos()).isZero();
        assertThat(row(NOW, Instant.MIN).delayNanos()).isZero();
        assertThat(row(NOW, NOW.plusSeconds(7)).delayNanos())
                .isEqualTo(Duration.ofSeconds(7).toNanos());
        assertThat(row(NOW, Instant.MAX).delayNanos())
                .isEqualTo(Duration.ofHours(1).toNanos());
    }

    @Test
    void anAgeCountsAsADayAtMost() {
        assertThat(row(NOW.minusSeconds(5), null).ageNanos(2_000_000_000L))
                .isEqualTo(Duration.ofSeconds(7).toNanos());
        assertThat(row(Instant.MIN, null).ageNanos(0))
                .isEqualTo(Duration.ofDays(1).toNanos());
        assertThat(row(Instant.MAX, null).ageNanos(0)).isZero();
    }

    @Test
    void theSizeCountsTheContentExactly() {
        OutboxRow row = row(NOW, null);

        assertThat(row.complete("", new byte[700_000], new byte[3]).approximateBytes()
                        - row.toPartial().approximateBytes())
                .isEqualTo(700_003);
    }

    @Test
    void aCompletedRowIsNoLongerPartialAndHasNoContentFault() {
        OutboxRow partial = row(NOW, null).toPartial();

        assertThat(partial.isPartial()).isTrue();
        assertThat(partial.contentFault()).isNotNull();
        OutboxRow complete = partial.complete("todo.updated", TestBytes.utf8("1"), TestBytes.utf8("{}"));
        assertThat(complete.isPartial()).isFalse();
        assertThat(complete.contentFault()).isNull();
    }

    @Test
    void aPositionExpressesEveryTime() {
        for (Instant extreme : EXTREMES) {
            IndexPosition position = IndexPosition.from(extreme);
            assertThat(position.minus(Duration.ofSeconds(2)).createdAt()).isBeforeOrEqualTo(extreme);
            assertThat(position.isBefore(IndexPosition.START)).isFalse();
        }
    }

    private static OutboxRow row(Instant createdAt, @Nullable Instant nextAttemptAt) {
        return new OutboxRow(
                new Aggregate(3, "todo", "a"),
                1,
                new UUID(0, 1),
                "todo.updated",
                TestBytes.utf8("{}"),
                TestBytes.utf8("{}"),
                createdAt,
                0,
                nextAttemptAt,
                NOW,
                0);
    }
}
