package dev.studybuddy.api.operations.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationCheckTest {

    private static final String LABEL = "Generation 2 of read model study";

    @AfterEach
    void endRequest() {
        Deadline.end();
    }

    @ParameterizedTest
    @CsvSource({"0, 2000", "200, 2000", "1000, 1300", "2300, 0", "2600, 0", "3000, 0"})
    void theWaitForAGenerationLeavesTimeForTheAnswer(long passedMillis, long waitMillis) {
        AtomicLong nanos = new AtomicLong();
        Deadline.begin(Duration.ofMillis(2_700), nanos::get);

        nanos.set(Duration.ofMillis(passedMillis).toNanos());

        assertThat(ActivationCheck.longestWait()).isEqualTo(Duration.ofMillis(waitMillis));
    }

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
