package dev.studybuddy.publisher.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests which rows of an aggregate follow each other in one producer session before Kafka acknowledges them. */
class ChainsTest extends OrderingFixture {

    @Test
    void rowsOfOneAggregateAreChainedInOneSession() {
        admit(1, 2, 3);
        ordering.useProducerSession(5);

        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(1), true));
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(2), true));
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(3), true));
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isNull();
    }

    @Test
    void aRowWithoutFollowersIsSentAlone() {
        admit(1);
        ordering.useProducerSession(5);

        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(1), false));
        admit(2, 3);
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isNull();
    }

    @Test
    void noRowJoinsAChainBehindAGap() {
        admit(1, 2);
        ordering.useProducerSession(5);
        dispatch();
        dispatch();
        admit(4);

        assertThat(dispatch()).isNull();
        ordering.acknowledge(row(1), 0);
        ordering.acknowledge(row(2), 0);
        assertThat(ordering.predecessorsToCheck(10)).containsExactly(new Predecessor(TODO, 3));
    }

    @Test
    void noRowJoinsAChainAfterItsSessionEnded() {
        admit(1, 2, 3);
        ordering.useProducerSession(5);
        dispatch();
        dispatch();

        ordering.useProducerSession(6);
        assertThat(dispatch()).isNull();
        ordering.acknowledge(row(1), 0);
        assertThat(dispatch()).isNull();
        ordering.finishDispatch(row(2), new DispatchOutcome.Returned(), 0);
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(2), true));
    }

    @Test
    void nothingFollowsARowThatTheSessionDidNotAccept() {
        admit(1, 2, 3);
        ordering.useProducerSession(5);
        dispatch();
        dispatch();

        ordering.finishDispatch(row(2), new DispatchOutcome.ReturnedAlone(), 0);

        assertThat(dispatch()).isNull();
        ordering.acknowledge(row(1), 0);
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(2), false));
        ordering.acknowledge(row(2), 0);
        assertThat(dispatch()).isEqualTo(row(3));
    }

    @Test
    void aRowThatWasRefusedBeforeIsSentAlone() {
        OutboxRow refused = row(1, null, 1);
        ordering.admit(refused, 0);
        admit(2);
        ordering.useProducerSession(5);

        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(refused, false));
    }

    @Test
    void aRowIsSentAloneIfNoChainMayBegin() {
        admit(1, 2);
        ordering.useProducerSession(5);

        assertThat(ordering.dispatch(3, aggregate -> false, 0)).isEqualTo(new Dispatch(row(1), false));
    }

    @Test
    void chainedVersionsWithTheSameEventIdAreCompletedSeparately() {
        OutboxRow first = row(1, EVENT);
        OutboxRow second = row(2, EVENT);
        ordering.useProducerSession(5);
        ordering.admit(first, 0);
        ordering.admit(second, 0);
        dispatch();
        dispatch();

        ordering.finishDispatch(second, new DispatchOutcome.Returned(), 0);
        assertThat(dispatch()).as("the first version is in flight").isNull();
        ordering.finishDispatch(first, new DispatchOutcome.Returned(), 0);

        assertThat(dispatch()).isEqualTo(first);
    }

    private void admit(long... versions) {
        for (long version : versions) {
            ordering.admit(row(version), 0);
        }
    }
}
