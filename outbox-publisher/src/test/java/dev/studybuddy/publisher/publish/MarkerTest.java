package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** This test writes marks, attempts and dead letters at once or after a wait. */
class MarkerTest extends MarkerFixture {

    @Test
    void aSingleMarkIsWrittenAtOnceAndAFewMoreWaitFiveSpacings() {
        acknowledge(1);
        assertThat(submits(0, false)).isTrue();

        acknowledge(15);
        assertThat(submits(20, false)).isFalse();
        assertThat(marker.nextNanos(0)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(submits(100, false)).isTrue();
        assertThat(marker.nextNanos(0)).as("no mark waits").isNull();
    }

    @Test
    void sixteenMarksWaitOneSpacing() {
        acknowledge(1);
        submits(0, false);

        acknowledge(16);
        assertThat(marker.nextNanos(0)).isEqualTo(SPACING.toNanos());
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

    @Test
    void aRefusalIsCountedWhenItsWriteTookEffect() {
        OutboxRow refused = dispatch();
        OutboxRow deadLettered = dispatch();
        marker.addFailure(new OutboxWriter.Failure.Attempt(refused, 1, "refused", Duration.ofSeconds(1)));
        marker.addFailure(new OutboxWriter.Failure.DeadLetter(deadLettered, 1, "refused"));
        writer.reachable = false;
        submits(0, false);
        assertThat(listener.refused).isEmpty();

        writer.reachable = true;
        submitAll(1_000);

        assertThat(listener.refused).containsOnly(Map.entry(refused, false), Map.entry(deadLettered, true));
    }

    @Test
    void aFencedDeadLetterIsNotCounted() {
        OutboxRow fenced = dispatch();
        writer.fenced.add(fenced.key());
        marker.addFailure(new OutboxWriter.Failure.DeadLetter(fenced, 1, "refused"));

        submitAll(0);

        assertThat(listener.refused).isEmpty();
        assertThat(ordering.deferred().contains(fenced.aggregate())).isTrue();
    }
}
