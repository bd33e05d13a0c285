package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MarkerTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration SPACING = Duration.ofMillis(20);
    private static final PublishSettings SETTINGS = new PublishSettings(
            new PublishSettings.Polling(
                    Duration.ofMillis(100),
                    Duration.ofMillis(500),
                    Duration.ofMillis(5),
                    SPACING,
                    200,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1),
                    Duration.ofHours(1),
                    Duration.ofSeconds(60)),
            new PublishSettings.Memory(1000, 100, 100, 100, 1000, 1_000_000, 1000),
            new PublishSettings.Attempts(5, Duration.ofSeconds(1), Duration.ofMinutes(1)),
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), new Random(1)));

    private final Ordering ordering = new Ordering(SETTINGS.memory().orderingBounds());
    private final Marker marker = new Marker(
            SETTINGS,
            (batch, sink) -> sink.accept(batch, new OutboxWriter.Result.Written(0, List.of())),
            ordering,
            new ShardLeases(() -> 0, 0),
            new NoOpListener());
    private int acknowledgedRows;

    @Test
    void aSingleMarkIsWrittenAtOnceAndAFewMoreWaitFiveSpacings() {
        acknowledge(1);
        assertThat(submits(0, false)).isTrue();

        acknowledge(15);
        assertThat(submits(20, false)).isFalse();
        assertThat(marker.nextNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(submits(100, false)).isTrue();
        assertThat(marker.nextNanos()).as("no mark waits").isNull();
    }

    @Test
    void sixteenMarksWaitOneSpacing() {
        acknowledge(1);
        submits(0, false);

        acknowledge(16);
        assertThat(marker.nextNanos()).isEqualTo(SPACING.toNanos());
        assertThat(submits(19, false)).isFalse();
        assertThat(submits(20, false)).isTrue();
    }

    @Test
    void aQuarterPageOfMarksAndAnUrgentMarkAreWrittenAtOnce() {
        acknowledge(1);
        submits(0, false);

        acknowledge(49);
        assertThat(submits(1, false)).isFalse();
        acknowledge(1);
        assertThat(submits(1, false)).isTrue();
        acknowledge(1);
        assertThat(submits(1, true)).isTrue();
    }

    private void acknowledge(int rows) {
        for (int n = 0; n < rows; n++) {
            OutboxRow row = row(acknowledgedRows++);
            ordering.admit(row, 0);
            Objects.requireNonNull(ordering.dispatch(3, aggregate -> true, 0)).row();
            ordering.acknowledge(row, 0);
            marker.addMark(new OutboxWriter.Mark(row, 0, acknowledgedRows), 0);
        }
    }

    /** Returns whether a batch was submitted. Its result arrives during the call. */
    private boolean submits(long millis, boolean urgent) {
        long now = TimeUnit.MILLISECONDS.toNanos(millis);
        return marker.submit(now, urgent, (batch, result) -> marker.applyResult(batch, result, now));
    }

    private static OutboxRow row(int n) {
        return new OutboxRow(
                new Aggregate(3, "todo", "a" + n), 1, new UUID(0, n), "todo.created", "{}", "{}", NOW, 0, null, NOW, 0);
    }

    private static final class NoOpListener implements PublishListener {

        @Override
        public void published(OutboxRow row, long ageNanos) {}

        @Override
        public void repeated(int rows) {}

        @Override
        public void refused(OutboxRow row, String reason, boolean deadLettered) {}

        @Override
        public void sessionEnded() {}

        @Override
        public void read(int rows) {}
    }
}
