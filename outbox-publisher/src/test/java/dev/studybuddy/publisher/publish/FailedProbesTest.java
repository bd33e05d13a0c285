package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import org.junit.jupiter.api.Test;

class FailedProbesTest {

    private static final Aggregate A0 = new Aggregate(1, "todo", "a0");
    private static final Aggregate A1 = new Aggregate(1, "todo", "a1");

    private final FailedProbes probes = new FailedProbes();

    @Test
    void aReleasedAggregateIsSentInIsolationAgainAfterItsNextFailure() {
        fail(A0, 2);
        fail(A1, 2);
        probes.release(A0::equals);
        assertThat(probes.isSentInIsolation(A0)).isFalse();
        assertThat(probes.isSentInIsolation(A1)).isTrue();

        fail(A0, 1);
        assertThat(probes.isSentInIsolation(A0)).isTrue();
        probes.release(A0::equals);
        assertThat(probes.isSentInIsolation(A0)).as("released only once").isTrue();
    }

    @Test
    void aFailedProbeIsNeverReleased() {
        probes.add(A0);
        probes.release(aggregate -> true);
        assertThat(probes.isSentInIsolation(A0)).isTrue();
    }

    private void fail(Aggregate aggregate, int times) {
        for (int n = 0; n < times; n++) {
            probes.recordFailure(aggregate);
        }
    }
}
