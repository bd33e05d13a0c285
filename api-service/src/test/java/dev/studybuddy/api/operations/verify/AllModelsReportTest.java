package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class AllModelsReportTest {

    private final ObjectNode result = JsonNodeFactory.instance.objectNode();

    @Test
    void theSumListsAtMostAHundredDifferencesAndCountsAll() {
        AllModelsReport report = AllModelsReport.begin(result);
        add(report, "study", 90, 0);
        add(report, "subjects", 30, 0);

        conclude(report, Map.of());

        assertThat(result.path("missing")).hasSize(100);
        assertThat(result.path("missing").get(0).path("model").asString("")).isEqualTo("study");
        assertThat(result.path("missing").get(99).path("model").asString("")).isEqualTo("subjects");
        assertThat(result.path("counts").path("missing").intValue()).isEqualTo(120);
        assertThat(result.path("compared").intValue()).isEqualTo(120);
    }

    @Test
    void theSumHasTheOutstandingDifferencesIfEachReadModelHasThem() {
        AllModelsReport report = AllModelsReport.begin(result);
        add(report, "study", 2, 0);
        report.addUp();
        assertThat(outstanding().isMissingNode()).isTrue();

        setOutstanding(0, 2);
        report.addUp();
        assertThat(outstanding().intValue()).isEqualTo(2);

        add(report, "subjects", 0, 5);
        report.addUp();
        assertThat(outstanding().isMissingNode()).isTrue();

        setOutstanding(1, 3);
        report.addUp();
        assertThat(outstanding().intValue()).isEqualTo(5);

        setOutstanding(1, Double.NaN);
        report.addUp();
        assertThat(outstanding().isNull()).isTrue();
    }

    private void setOutstanding(int model, double outstanding) {
        VerifyReport.resume((ObjectNode) result.path("models").get(model)).setOutstanding(scope -> outstanding);
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

    /** A verify that is under way must not be consistent because of the read models that it has verified. */
    @Test
    void theSumIsNotConsistentBeforeTheEnd() {
        AllModelsReport report = AllModelsReport.begin(result);
        add(report, "study", 0, 0);
        report.addUp();

        assertThat(result.path("consistent").isNull()).isTrue();
    }

    @Test
    void anOpenResultIsContinuedOnlyForItsReadModel() {
        AllModelsReport first = AllModelsReport.begin(result);
        add(first, "study", 1, 0);
        VerifyReport.begin("subjects", 4, first.open("subjects"));

        AllModelsReport resumed = AllModelsReport.resume(result);
        assertThat(resumed.hasCompleted("study")).isTrue();
        assertThat(resumed.hasCompleted("subjects")).isFalse();
        assertThat(resumed.open("subjects").path("generation").intValue()).isEqualTo(4);
        assertThat(resumed.open("weekdays").isEmpty()).isTrue();
        assertThat(result.path("models")).hasSize(2);
    }

    @Test
    void theResultOfAReadModelThatIsNoLongerVerifiedIsRemoved() {
        AllModelsReport report = AllModelsReport.begin(result);
        add(report, "study", 0, 0);
        VerifyReport.begin("subjects", 4, report.open("subjects"));

        conclude(report, Map.of("subjects", "Its active generation 4 is broken and needs a rebuild."));

        assertThat(result.path("models")).hasSize(1);
        assertThat(result.path("notVerified").get(0).path("model").asString("")).isEqualTo("subjects");
        assertThat(result.path("consistent").isNull()).isTrue();
    }

    /** Returns the value of the sum of a read model with differences and another one with unsettled ones. */
    private @Nullable Boolean consistent(int missing, int unsettled, Map<String, String> notVerified) {
        AllModelsReport report = AllModelsReport.begin(result);
        add(report, "study", missing, 0);
        add(report, "subjects", 0, unsettled);
        conclude(report, notVerified);
        JsonNode consistent = result.path("consistent");
        return consistent.isNull() ? null : consistent.booleanValue();
    }

    private static void conclude(AllModelsReport report, Map<String, String> notVerified) {
        report.conclude(notVerified);
        report.addUp();
    }

    private static void add(AllModelsReport report, String model, int missing, int unsettled) {
        VerifyReport one = VerifyReport.begin(model, 1, report.open(model));
        for (int id = 0; id < missing; id++) {
            one.addCompared();
            one.addDrift(new Drift(Drift.Kind.MISSING, AggregateType.TODO, String.valueOf(id), "owner", 1, 0));
        }
        one.conclude(unsettled);
        report.complete();
    }
}
