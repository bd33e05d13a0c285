package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs the batch code over a faulty store and compares every document with the plain function of the last states. Each
 * aggregate has its own document of sums in addition to those of the real read model, so that errors cannot cancel out.
 */
class ExactnessTest {

    private static final int CASES_PER_MUTANT = 500;

    @Property(tries = 2_000, shrinking = ShrinkingMode.BOUNDED)
    void mirrorsAndTotalsEndExactDespiteAnyFault(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6) int aggregates,
            @ForAll @IntRange(min = 1, max = 60) int records) {
        assertThat(new Simulation(new StudyWithAggregateSums(), seed, aggregates, records, Mutant.NONE).run())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyMutantOfTheProtocolIsCaught(Mutant mutant) {
        for (long seed = 1; seed <= CASES_PER_MUTANT; seed++) {
            if (!new Simulation(new StudyWithAggregateSums(), seed, 4, 40, mutant)
                    .run()
                    .isEmpty()) {
                return;
            }
        }
        assertThat(mutant)
                .as("a mutant that survived %d cases", CASES_PER_MUTANT)
                .isEqualTo(Mutant.NONE);
    }
}
