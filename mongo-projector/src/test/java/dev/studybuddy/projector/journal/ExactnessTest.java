package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.projector.SeededCheck;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs the batch code over a faulty store, and compares every document with the values that the last states determine.
 * Each aggregate has its own document of sums in addition to those of the real read model, so that errors cannot cancel
 * out.
 */
class ExactnessTest {

    private static final int HISTORIES = 2_000;
    private static final int MAX_AGGREGATES = 6;
    private static final int MAX_RECORDS = 60;
    private static final int CASES_PER_MUTANT = 500;

    @Test
    void mirrorsAndTotalsEndExactDespiteAnyFault() {
        SeededCheck.check(HISTORIES, MAX_RECORDS, (seed, records) -> {
            int aggregates = 1 + new SplittableRandom(~seed).nextInt(MAX_AGGREGATES);
            assertThat(new Simulation(model(seed), seed, aggregates, records, Mutant.NONE).run())
                    .isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyMutantOfTheProtocolIsDetected(Mutant mutant) {
        for (long seed = 1; seed <= CASES_PER_MUTANT; seed++) {
            if (!new Simulation(model(seed), seed, 4, 40, mutant).run().isEmpty()) {
                return;
            }
        }
        assertThat(mutant)
                .as("a mutant that %d cases did not detect", CASES_PER_MUTANT)
                .isEqualTo(Mutant.NONE);
    }

    /** Returns the model with a version of its projection that alternates with the seed. */
    private static StudyWithAggregateSums model(long seed) {
        return new StudyWithAggregateSums(seed % 2 == 0 ? 2 : 1);
    }
}
