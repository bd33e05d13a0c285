package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class AllModelsFindingsTest {

    private final ObjectNode result = JsonNodeFactory.instance.objectNode();

    @Test
    void theSumListsAtMostAHundredDifferencesAndCountsAll() {
        AllModelsFindings findings = AllModelsFindings.begin(result);
        add(findings, "study", 90, 0);
        add(findings, "subjects", 30, 0);

        conclude(findings, Map.of());

        assertThat(result.path("missing")).hasSize(100);
        assertThat(result.path("missing").get(0).path("model").asString("")).isEqualTo("study");
        assertThat(result.path("missing").get(99).path("model").asString("")).isEqualTo("subjects");
        assertThat(result.path("counts").path("missing").intValue()).isEqualTo(120);
        assertThat(result.path("compared").intValue()).isEqualTo(120);
    }

    @Test
    void theSumHasTheOutstandingDifferencesIfEachReadModelHasThem() {
        AllModelsFindings findings = AllModelsFindings.begin(result);
        add(findings, "study", 2, 0);
        findings.addUp();
        assertThat(outstanding().isMissingNode()).isTrue();

        setOutstanding(0, 2);
        findings.addUp();
        assertThat(outstanding().intValue()).isEqualTo(2);

        add(findings, "subjects", 0, 5);
        findings.addUp();
        assertThat(outstanding().isMissingNode()).isTrue();

        setOutstanding(1, 3);
        findings.addUp();
        assertThat(outstanding().intValue()).isEqualTo(5);

        setOutstanding(1, Double.NaN);
        findings.addUp();
        assertThat(outstanding().isNull()).isTrue();
    }

    private void setOutstanding(int model, double outstanding) {
        VerifyFindings.resume((ObjectNode) result.path("models").get(model)).setOutstanding(scope -> outstanding);
    }

    private JsonNode outstanding() {
        return result.path("scopes").path("mirrors").path("outstanding");
    }

    @Test
    void allReadModelsAreConsistentOnlyIfEachOneIs() {
        assertThat(consistent(0, 0, Map.of())).isTrue();
        assertThat(consistent(1, 1, Map.of())).isFalse();
        assertThat(consistent(0, 1, Map.of())).isNull();
        assertThat(consistent(0, 0, Map.of("weekdays", "It has no active generation.")))
                .isNull();
        assertThat(consistent(1, 0, Map.of("weekdays", "It has no active generation.")))
                .isFalse();
    }

    /**
     * While a verify runs, its result must not be consistent because of the read models that it has already verified.
     */
    @Test
    void theSumIsNotConsistentBeforeTheEnd() {
        AllModelsFindings findings = AllModelsFindings.begin(result);
        add(findings, "study", 0, 0);
        findings.addUp();

        assertThat(result.path("consistent").isNull()).isTrue();
    }

    @Test
    void anOpenResultIsContinuedOnlyForItsReadModel() {
        AllModelsFindings first = AllModelsFindings.begin(result);
        add(first, "study", 1, 0);
        VerifyFindings.begin("subjects", 4, first.open("subjects"));

        AllModelsFindings resumed = AllModelsFindings.resume(result);
        assertThat(resumed.hasCompleted("study")).isTrue();
        assertThat(resumed.hasCompleted("subjects")).isFalse();
        assertThat(resumed.open("subjects").path("generation").intValue()).isEqualTo(4);
        assertThat(resumed.open("weekdays").isEmpty()).isTrue();
        assertThat(result.path("models")).hasSize(2);
    }

    @Test
    void theResultOfAReadModelThatIsNoLongerVerifiedIsRemoved() {
        AllModelsFindings findings = AllModelsFindings.begin(result);
        add(findings, "study", 0, 0);
        VerifyFindings.begin("subjects", 4, findings.open("subjects"));

        conclude(findings, Map.of("subjects", "Its active generation 4 is broken and needs a rebuild."));

        assertThat(result.path("models")).hasSize(1);
        assertThat(result.path("notVerified").get(0).path("model").asString("")).isEqualTo("subjects");
        assertThat(result.path("consistent").isNull()).isTrue();
    }

    /** Returns the value of the sum of a read model with differences and another one with unsettled ones. */
    private @Nullable Boolean consistent(int missing, int unsettled, Map<String, String> notVerified) {
        AllModelsFindings findings = AllModelsFindings.begin(result);
        add(findings, "study", missing, 0);
        add(findings, "subjects", 0, unsettled);
        conclude(findings, notVerified);
        JsonNode consistent = result.path("consistent");
        return consistent.isNull() ? null : consistent.booleanValue();
    }

    private static void conclude(AllModelsFindings findings, Map<String, String> notVerified) {
        findings.conclude(notVerified);
        findings.addUp();
    }

    private static void add(AllModelsFindings findings, String model, int missing, int unsettled) {
        VerifyFindings one = VerifyFindings.begin(model, 1, findings.open(model));
        for (int id = 0; id < missing; id++) {
            one.addCompared();
            one.addDifference(new MirrorDifference(
                    MirrorDifference.Kind.MISSING, AggregateType.TODO, String.valueOf(id), "owner", 1, 0));
        }
        one.conclude(unsettled);
        findings.complete();
    }
}
