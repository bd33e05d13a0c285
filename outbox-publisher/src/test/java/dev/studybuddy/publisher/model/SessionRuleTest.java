package dev.studybuddy.publisher.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Explores every history of producer sessions within bounds, and checks two properties. For one aggregate, the first
 * occurrence of each version on the log comes after those of all earlier versions that are not dead-lettered. Nothing
 * is recorded as acknowledged that is not on the log.
 */
class SessionRuleTest {

    private static final Logger log = LoggerFactory.getLogger(SessionRuleTest.class);

    /**
     * This system property adds versions to the explorations with one request in flight. Two publishers with four
     * versions have 1.7 million states.
     */
    private static final int MORE_VERSIONS = Integer.getInteger("model.more-versions", 0);

    private static final int BATCH_EVENTS = 2;

    @Test
    void oneRequestInFlightKeepsTheOrderOfOnePublisher() {
        assertOrdered(bounds(1, 1, 4 + MORE_VERSIONS, 1, 1), EnumSet.range(Action.HAND, Action.DEAD_LETTER));
    }

    @Test
    void oneRequestInFlightKeepsTheOrderOfTwoPublishers() {
        assertOrdered(bounds(2, 1, 3 + MORE_VERSIONS, 1, 1), EnumSet.range(Action.HAND, Action.DEAD_LETTER));
    }

    @Test
    void twoRequestsInFlightKeepTheOrderOverTwoSessions() {
        assertOrdered(bounds(1, 1, 3, 2, 2), EnumSet.allOf(Action.class));
    }

    @Test
    void twoRequestsInFlightKeepTheOrderOfTwoPublishers() {
        assertOrdered(bounds(2, 1, 2, 1, 2), EnumSet.allOf(Action.class));
    }

    @Test
    void twoRequestsInFlightKeepTheOrderOfTwoAggregates() {
        assertOrdered(bounds(1, 2, 2, 1, 2), EnumSet.allOf(Action.class));
    }

    @Test
    void aSessionThatContinuesAfterAFailureBreaksTheOrder() {
        assertViolated(oneRequest(), RuleMutant.SESSION_CONTINUES_AFTER_A_FAILURE);
        assertViolated(twoRequests(), RuleMutant.SESSION_CONTINUES_AFTER_A_FAILURE);
    }

    @Test
    void aBatchThatIsSentAfterAFailureBreaksTheOrder() {
        assertViolated(oneRequest(), RuleMutant.NEXT_BATCH_IS_SENT_AFTER_A_FAILURE);
        assertViolated(twoRequests(), RuleMutant.NEXT_BATCH_IS_SENT_AFTER_A_FAILURE);
    }

    @Test
    void aChainThatContinuesInANewSessionBreaksTheOrder() {
        assertViolated(oneRequest(), RuleMutant.CHAIN_CONTINUES_IN_A_NEW_SESSION);
        assertViolated(twoRequests(), RuleMutant.CHAIN_CONTINUES_IN_A_NEW_SESSION);
    }

    @Test
    void aGapAfterARefusedVersionBreaksTheOrder() {
        assertViolated(oneRequest(), RuleMutant.GAP_AFTER_A_REFUSAL);
    }

    @Test
    void aFirstRequestThatIsNotAloneBreaksTheOrder() {
        assertViolated(twoRequests(), RuleMutant.FIRST_REQUEST_IS_NOT_ALONE);
    }

    @Test
    void aRequestAfterAnIdleTimeThatIsNotAloneBreaksTheOrder() {
        assertViolated(twoRequests(), RuleMutant.REQUEST_AFTER_AN_IDLE_TIME_IS_NOT_ALONE);
    }

    /** The predecessor of a dead letter must be acknowledged, because the next version may follow a dead letter. */
    @Test
    void aDeadLetterBehindARowInFlightBreaksTheOrder() {
        assertViolated(oneRequest(), RuleMutant.DEAD_LETTER_BEHIND_A_ROW_IN_FLIGHT);
    }

    @Test
    void anAcknowledgementBeforeReplicationLosesEvents() {
        assertViolated(oneRequest(), RuleMutant.ACKNOWLEDGED_BEFORE_REPLICATION);
    }

    @Test
    void aBrokerThatAppendsAPartOfABatchBreaksTheOrder() {
        assertViolated(oneRequest(), RuleMutant.BATCH_IS_DIVISIBLE);
    }

    private static Bounds oneRequest() {
        return bounds(2, 1, 3, 1, 1);
    }

    private static Bounds twoRequests() {
        return bounds(1, 1, 3, 2, 2);
    }

    private static Bounds bounds(int publishers, int aggregates, int versions, int sessions, int requestsInFlight) {
        return new Bounds(publishers, aggregates, versions, sessions, BATCH_EVENTS, requestsInFlight);
    }

    /** Explores all states, and checks that the kinds of steps occurred and that all events can arrive. */
    private static void assertOrdered(Bounds bounds, EnumSet<Action> expected) {
        Exploration.Result result = Exploration.of(bounds, RuleMutant.NONE);

        log.atInfo()
                .addKeyValue("bounds", bounds)
                .addKeyValue("states", result.states())
                .log("The exploration of the session rule ended");
        assertThat(result.violation()).isEmpty();
        assertThat(result.actions()).isEqualTo(expected);
        assertThat(result.isComplete()).as("all events can arrive").isTrue();
    }

    private static void assertViolated(Bounds bounds, RuleMutant mutant) {
        Exploration.Result result = Exploration.of(bounds, mutant);

        log.atInfo()
                .addKeyValue("mutant", mutant)
                .addKeyValue("history", result.violation())
                .log("The exploration of the mutant ended");
        assertThat(result.violation()).isNotEmpty();
    }
}
