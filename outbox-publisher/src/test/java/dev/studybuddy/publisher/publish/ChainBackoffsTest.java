package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChainBackoffsTest {

    private static final Destination FAULTY = new Destination("todo", 3);
    private static final Destination OTHER = new Destination("todo", 4);
    /** The clock overflows 50 ms after this time, because a monotonic clock may have any value. */
    private static final long START_NANOS =
            Long.MAX_VALUE - Duration.ofMillis(50).toNanos();

    private final ChainBackoffs backoffs = new ChainBackoffs();
    private long nowNanos = START_NANOS;

    @Test
    void aPartitionThatEndedASessionBeginsNoChainUntilARecordIsAcknowledged() {
        assertThat(mayBegin(FAULTY)).isTrue();

        backoffs.recordEndedProducerSession(FAULTY, nowNanos);
        pass(Duration.ofHours(1));
        assertThat(mayBegin(FAULTY)).isFalse();

        backoffs.recordAcknowledgement(() -> FAULTY);
        assertThat(mayBegin(FAULTY)).isTrue();
    }

    @Test
    void anAcknowledgementBeginsNoChainBeforeTheBackoffIsOver() {
        backoffs.recordEndedProducerSession(FAULTY, nowNanos);
        backoffs.recordAcknowledgement(() -> FAULTY);

        pass(Duration.ofMillis(99));
        assertThat(mayBegin(FAULTY)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(mayBegin(FAULTY)).isTrue();
    }

    @Test
    void otherPartitionsBeginChainsAtOnce() {
        backoffs.recordEndedProducerSession(FAULTY, nowNanos);
        backoffs.recordAcknowledgement(() -> OTHER);
        pass(Duration.ofHours(1));

        assertThat(mayBegin(OTHER)).isTrue();
        assertThat(mayBegin(FAULTY)).isFalse();
    }

    @Test
    void anAcknowledgementBeforeTheEndOfASessionDoesNotCount() {
        backoffs.recordEndedProducerSession(FAULTY, nowNanos);
        backoffs.recordAcknowledgement(() -> FAULTY);
        backoffs.recordEndedProducerSession(FAULTY, nowNanos);
        pass(Duration.ofHours(1));

        assertThat(mayBegin(FAULTY)).isFalse();
    }

    @Test
    void eachEndedSessionDoublesTheBackoffUpToABound() {
        assertThat(backoffAfterEndedSession()).isEqualTo(Duration.ofMillis(100));
        assertThat(backoffAfterEndedSession()).isEqualTo(Duration.ofMillis(200));
        assertThat(backoffAfterEndedSession()).isEqualTo(Duration.ofMillis(400));
        for (int n = 0; n < 10; n++) {
            assertThat(backoffAfterEndedSession()).isBetween(Duration.ofMillis(800), Duration.ofSeconds(5));
        }
        assertThat(backoffAfterEndedSession()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aPartitionThatEndedNoSessionForAMinuteBeginsWithTheShortestBackoff() {
        for (int n = 0; n < 5; n++) {
            backoffAfterEndedSession();
        }
        pass(Duration.ofSeconds(61));
        assertThat(mayBegin(FAULTY)).isTrue();

        assertThat(backoffAfterEndedSession()).isEqualTo(Duration.ofMillis(100));
    }

    /** Ends a session, and returns the time until an acknowledged partition may begin a chain. */
    private Duration backoffAfterEndedSession() {
        backoffs.recordEndedProducerSession(FAULTY, nowNanos);
        backoffs.recordAcknowledgement(() -> FAULTY);
        Duration waited = Duration.ZERO;
        while (!mayBegin(FAULTY)) {
            pass(Duration.ofMillis(1));
            waited = waited.plusMillis(1);
        }
        return waited;
    }

    private boolean mayBegin(Destination partition) {
        return backoffs.mayBegin(() -> partition, nowNanos);
    }

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }
}
