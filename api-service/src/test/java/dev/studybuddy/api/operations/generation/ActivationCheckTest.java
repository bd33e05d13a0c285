package dev.studybuddy.api.operations.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.http.Problem;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationCheckTest {

    private static final String LABEL = "Generation 2 of read model study";

    @Test
    void completeSnapshotsPermitAnActivation() {
        assertThat(ActivationCheck.describe(RequiredSnapshots.State.COMPLETE, LABEL))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"PENDING, snapshots-missing", "FAILED, snapshots-missing", "UNKNOWN, snapshots-unknown"})
    void aProblemNamesTheStateOfTheSnapshotsThatRejectsAnActivation(RequiredSnapshots.State state, String slug) {
        Optional<Problem> problem = ActivationCheck.describe(state, LABEL);

        assertThat(problem).map(Problem::slug).hasValue(slug);
        assertThat(problem)
                .map(Problem::detail)
                .hasValueSatisfying(detail -> assertThat(detail).startsWith(LABEL));
    }
}
