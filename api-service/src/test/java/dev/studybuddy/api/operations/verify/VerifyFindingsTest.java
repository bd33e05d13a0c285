package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class VerifyFindingsTest {

    private final ObjectNode result = JsonNodeFactory.instance.objectNode();

    /** The instance that began the verify had no definition of the totals, but the one that takes it over has one. */
    @Test
    void aTakenOverVerifyWithoutTotalsIsNotConsistentAndNoTotalsAgree() {
        VerifyFindings.begin("study", 1, result).skipTotals();

        VerifyFindings takenOver = VerifyFindings.resume(result);
        assertThat(takenOver.totalsAgree("anna")).isFalse();
        takenOver.conclude(0);

        assertThat(result.path("consistent").isNull()).isTrue();
    }

    @Test
    void aTakenOverVerifyAddsToTheNumbersOfEachScope() {
        VerifyFindings begun = VerifyFindings.begin("study", 1, result);
        begun.addUnsettledTotals("anna");
        begun.addWrongTotal(new WrongTotal("2026:ben", "ben", Map.of()));
        begun.setUnsettled(2);

        VerifyFindings takenOver = VerifyFindings.resume(result);
        assertThat(takenOver.totalsAgree("carl"))
                .as("the ids of unsettled users are not stored")
                .isFalse();
        takenOver.addUnsettledTotals("*");
        takenOver.conclude(1);

        assertThat(result.path("unsettled").intValue()).isEqualTo(5);
        assertThat(VerifyScope.MIRRORS.countUnsettled(result)).isEqualTo(3);
        assertThat(VerifyScope.USERS.countUnsettled(result)).isOne();
        assertThat(VerifyScope.USERS.countDifferences(result)).isOne();
        assertThat(VerifyScope.GLOBAL_TOTALS.countUnsettled(result)).isOne();
    }

    /** Each attempt found an unsettled global document, in different periods. */
    @Test
    void aTakenOverVerifyCountsUnsettledGlobalTotalsOnce() {
        VerifyFindings begun = VerifyFindings.begin("study", 1, result);
        begun.addUnsettledTotals("*");
        begun.setUnsettled(0);

        VerifyFindings takenOver = VerifyFindings.resume(result);
        takenOver.addUnsettledTotals("*");
        takenOver.conclude(0);

        assertThat(VerifyScope.GLOBAL_TOTALS.countUnsettled(result)).isOne();
        assertThat(result.path("unsettled").intValue()).isOne();
    }
}
