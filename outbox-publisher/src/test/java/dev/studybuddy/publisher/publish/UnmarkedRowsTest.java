package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** This test lets single rows fail, which the marker sets aside and retries. */
class UnmarkedRowsTest extends MarkerFixture {

    @Test
    void aRowThatFailsAloneIsSetAsideAndAllOthersAreMarked() {
        writer.reject(77, OutboxWriter.Reason.LOCKED);
        acknowledge(200);

        int statements = submitAll(0);

        assertThat(ordering.size()).as("rows without a mark").isOne();
        assertThat(marker.unmarkedRows()).isEqualTo(new PublishLoop.UnmarkedRows(1, OutboxWriter.Reason.LOCKED));
        assertThat(statements).as("statements").isLessThanOrEqualTo(1 + 2 * 8);
    }

    @Test
    void aRowThatWasSetAsideIsRetriedAfterABackoffAndMarked() {
        writer.reject(0, OutboxWriter.Reason.ERROR);
        acknowledge(1);
        submitAll(0);

        assertThat(marker.nextNanos(0)).isBetween(millis(50), millis(100));
        assertThat(submits(49, false)).as("a retry before its backoff is over").isFalse();
        assertThat(submits(100, false)).isTrue();
        assertThat(marker.unmarkedRows().count()).isOne();

        writer.rejected.clear();
        assertThat(submits(1_000, false)).isTrue();
        assertThat(marker.unmarkedRows()).isEqualTo(new PublishLoop.UnmarkedRows(0, null));
        assertThat(ordering.size()).isZero();
        assertThat(marker.nextNanos(millis(1_000))).isNull();
    }

    @Test
    void aRowThatWasSetAsideCountsDuringItsRetry() {
        writer.reject(0, OutboxWriter.Reason.LOCKED);
        acknowledge(1);
        submitAll(0);
        PublishLoop.UnmarkedRows locked = new PublishLoop.UnmarkedRows(1, OutboxWriter.Reason.LOCKED);
        List<PublishLoop.UnmarkedRows> during = new ArrayList<>();

        assertThat(marker.submit(millis(100), false, (batch, result) -> during.add(marker.unmarkedRows())))
                .isTrue();

        assertThat(during).containsExactly(locked);
        assertThat(marker.unmarkedRows()).as("before the result arrives").isEqualTo(locked);
    }

    @Test
    void rowsThatWereSetAsideAndNewMarksTakeTurns() {
        for (int row = 0; row < 10; row++) {
            writer.reject(3 * row, OutboxWriter.Reason.LOCKED);
        }
        acknowledge(30);
        submitAll(0);
        assertThat(marker.unmarkedRows().count()).isEqualTo(10);

        writer.sizes.clear();
        for (int n = 0; n < 4; n++) {
            acknowledge(50);
            assertThat(submits(10_000, false)).isTrue();
            assertThat(submits(10_000, false)).isTrue();
        }

        assertThat(writer.sizes).containsExactlyInAnyOrder(50, 1, 50, 1, 50, 1, 50, 1);
        assertThat(ordering.size()).isEqualTo(10);
    }

    @Test
    void anAttemptThatCannotBeWrittenIsSeparatedFromMarks() {
        OutboxRow refused = dispatch();
        OutboxRow other = dispatch();
        writer.reject(0, OutboxWriter.Reason.ERROR);
        acknowledge(20);
        marker.addFailure(new OutboxWriter.Failure.Attempt(refused, 1, "refused", Duration.ofSeconds(1)));
        marker.addFailure(new OutboxWriter.Failure.DeadLetter(other, 1, "refused"));

        submitAll(0);

        assertThat(marker.unmarkedRows()).isEqualTo(new PublishLoop.UnmarkedRows(1, OutboxWriter.Reason.ERROR));
        assertThat(ordering.size()).as("the refused row").isOne();
    }

    @Test
    void theRowsThatWereSetAsideInADrainingShardAreFinished() {
        OutboxRow refused = dispatch();
        writer.reject(0, OutboxWriter.Reason.LOCKED);
        writer.reject(1, OutboxWriter.Reason.LOCKED);
        acknowledge(20);
        marker.addFailure(new OutboxWriter.Failure.Attempt(refused, 1, "refused", Duration.ofSeconds(1)));
        submitAll(0);
        assertThat(ordering.countUnfinished(SHARD)).isEqualTo(2);

        servedShards.remove(SHARD);
        submits(1, true);

        assertThat(ordering.countUnfinished(SHARD)).isZero();
        assertThat(ordering.size()).isZero();
        assertThat(marker.unmarkedRows().count()).isZero();
    }
}
