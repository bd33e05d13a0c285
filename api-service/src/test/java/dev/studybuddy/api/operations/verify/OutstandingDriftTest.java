package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class OutstandingDriftTest {

    private static final ObjectNode CONSISTENT = result(0, 0, 0, true);
    private static final ObjectNode UNSETTLED = result(0, 0, 5, true);
    private static final ObjectNode WITHOUT_TOTALS = result(0, 0, 0, false);
    private static final ObjectNode DIFFERENT = result(3, 2, 0, true);

    @Test
    void theNewestResultThatSettledAScopeCounts() {
        assertThat(count(DIFFERENT, CONSISTENT)).isEqualTo(5);
        assertThat(count(CONSISTENT, DIFFERENT)).isZero();
        assertThat(count(UNSETTLED, UNSETTLED, DIFFERENT, CONSISTENT)).isEqualTo(3);
        assertThat(count(UNSETTLED, CONSISTENT, DIFFERENT)).isZero();
        assertThat(count(result(1, 0, 5, true), DIFFERENT)).isOne();
    }

    @Test
    void aVerifyWithoutTotalsEndsTheDriftOfMirrorsOnly() {
        assertThat(count(WITHOUT_TOTALS, DIFFERENT)).isEqualTo(2);
        assertThat(count(UNSETTLED, WITHOUT_TOTALS, DIFFERENT)).isZero();
        assertThat(count(WITHOUT_TOTALS, WITHOUT_TOTALS)).isZero();
        assertThat(count(WITHOUT_TOTALS, result(3, 0, 0, false))).isZero();
    }

    /** Under steady load, today's totals of all users differ in each sample. */
    @Test
    void unsettledTotalsOfAllUsersDoNotKeepRepairedDrift() {
        ObjectNode repaired = withUnsettledTotals("*");
        assertThat(count(repaired, result(3, 0, 0, true))).isZero();
        assertThat(count(repaired, DIFFERENT, CONSISTENT)).isZero();
        assertThat(count(repaired, withWrongTotal("*"))).isOne();
        assertThat(count(repaired, repaired)).isNaN();
    }

    @Test
    void unsettledTotalsOfAUserKeepOnlyTheWrongTotalsOfUsers() {
        ObjectNode unsettled = withUnsettledTotals("anna");
        assertThat(count(unsettled, DIFFERENT)).isEqualTo(2);
        assertThat(count(unsettled, withWrongTotal("*"))).isZero();
    }

    /** An earlier version of the program, which did not separate the scopes, wrote the old results. */
    @Test
    void unsettledDifferencesOfAnOldResultUnsettleEachScope() {
        assertThat(count(withoutScopes(UNSETTLED), DIFFERENT)).isEqualTo(5);
        assertThat(count(UNSETTLED, withoutScopes(DIFFERENT))).isEqualTo(3);
        assertThat(count(withUnsettledTotals("*"), withoutScopes(DIFFERENT))).isZero();
        assertThat(count(withoutScopes(CONSISTENT), DIFFERENT)).isZero();
    }

    @Test
    void theWrongTotalsOfAllUsersInAnOldResultAreTheListedOnes() {
        ObjectNode ofAllUsers = withoutScopes(withWrongTotal("*"));
        ObjectNode ofAUser = withoutScopes(withWrongTotal("anna"));
        assertThat(count(withUnsettledTotals("*"), ofAllUsers)).isOne();
        assertThat(count(withUnsettledTotals("anna"), ofAllUsers)).isZero();
        assertThat(count(withUnsettledTotals("*"), ofAUser)).isZero();
        assertThat(count(withUnsettledTotals("anna"), ofAUser)).isOne();
        assertThat(count(ofAllUsers)).isOne();
    }

    /** The retention of jobs deletes the result of a verify if a newer one of the same read model is done. */
    @Test
    void theNewestResultKeepsTheDriftOfEarlierOnes() {
        ObjectNode first = recorded(UNSETTLED.deepCopy(), DIFFERENT);
        ObjectNode second = recorded(withUnsettledTotals("*"), first);
        ObjectNode third = recorded(UNSETTLED.deepCopy(), second);

        assertThat(count(first)).isEqualTo(3);
        assertThat(count(recorded(UNSETTLED.deepCopy(), first))).isEqualTo(3);
        assertThat(count(second)).isZero();
        assertThat(count(third)).isZero();
        assertThat(count(recorded(UNSETTLED.deepCopy()))).isNaN();
        assertThat(count(recorded(WITHOUT_TOTALS.deepCopy()))).isZero();
    }

    /** Records the outstanding differences in a result, as a verify does at its end. */
    private static ObjectNode recorded(ObjectNode result, ObjectNode... earlierNewestFirst) {
        List<ObjectNode> newestFirst = new ArrayList<>(List.of(result));
        newestFirst.addAll(List.of(earlierNewestFirst));
        VerifyFindings.resume(result).setOutstanding(scope -> OutstandingDrift.count(scope, newestFirst));
        return result;
    }

    @Test
    void withoutASettledVerifyTheNumberIsUndefined() {
        assertThat(count()).isNaN();
        assertThat(count(UNSETTLED, UNSETTLED)).isNaN();
    }

    private static double count(ObjectNode... newestFirst) {
        return OutstandingDrift.count(List.of(newestFirst));
    }

    private static ObjectNode withUnsettledTotals(String user) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        VerifyFindings findings = VerifyFindings.begin("study", 1, result);
        findings.addUnsettledTotals(user);
        findings.conclude(0);
        return result;
    }

    private static ObjectNode withWrongTotal(String user) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        VerifyFindings findings = VerifyFindings.begin("study", 1, result);
        findings.addWrongTotal(new WrongTotal("2026:" + user, user, Map.of()));
        findings.conclude(0);
        return result;
    }

    private static ObjectNode withoutScopes(ObjectNode result) {
        ObjectNode old = result.deepCopy();
        old.remove(VerifyScope.FIELD);
        return old;
    }

    /** Returns the result of a verify with missing mirrors and wrong totals. */
    private static ObjectNode result(int missing, int wrongTotals, int unsettled, boolean totalsCompared) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        VerifyFindings findings = VerifyFindings.begin("study", 1, result);
        for (int id = 0; id < missing; id++) {
            findings.addDifference(new MirrorDifference(
                    MirrorDifference.Kind.MISSING, AggregateType.TODO, String.valueOf(id), "owner", 1, 0));
        }
        for (int id = 0; id < wrongTotals; id++) {
            findings.addWrongTotal(new WrongTotal(String.valueOf(id), "user", Map.of()));
        }
        if (!totalsCompared) {
            findings.skipTotals();
        }
        findings.conclude(unsettled);
        return result;
    }
}
