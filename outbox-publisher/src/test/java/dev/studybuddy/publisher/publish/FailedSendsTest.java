package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import org.junit.jupiter.api.Test;

class FailedSendsTest {

    private static final Aggregate A0 = new Aggregate(1, "todo", "a0");
    private static final Aggregate A1 = new Aggregate(1, "todo", "a1");

    private final FailedSends sends = new FailedSends();

    @Test
    void aReleasedAggregateIsSentInIsolationAgainAfterItsNextFailure() {
        fail(A0, 2);
        fail(A1, 2);
        sends.release(A0::equals);
        assertThat(sends.isSentInIsolation(A0)).isFalse();
        assertThat(sends.isSentInIsolation(A1)).isTrue();

        fail(A0, 1);
        assertThat(sends.isSentInIsolation(A0)).isTrue();
        sends.release(A0::equals);
        assertThat(sends.isSentInIsolation(A0)).as("released only once").isTrue();
    }

    @Test
    void anAggregateThatIsIsolatedFromBlocksIsNeverReleased() {
        sends.isolateFromBlocks(A0);
        sends.release(aggregate -> true);
        assertThat(sends.isSentInIsolation(A0)).isTrue();
    }

    private void fail(Aggregate aggregate, int times) {
        for (int n = 0; n < times; n++) {
            sends.recordFailure(aggregate);
        }
    }
}
