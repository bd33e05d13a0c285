package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The batch code over a faulty store, compared document by document with the plain function of the last states. Each
 * aggregate has a document of sums of its own beside those of the real read model, so that errors can't cancel.
 */
class ExactnessTest {

    private static final int CASES_FOR_A_MUTANT = 500;

    @Property(tries = 2_000, shrinking = ShrinkingMode.BOUNDED)
    void whateverFailsMirrorsAndTotalsEndExact(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6) int aggregates,
            @ForAll @IntRange(min = 1, max = 60) int records) {
        assertThat(new Simulation(new StudyAndEachAlone(), seed, aggregates, records, Mutant.NONE).run())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void eachFaultOfTheProtocolIsCaught(Mutant mutant) {
        for (long seed = 1; seed <= CASES_FOR_A_MUTANT; seed++) {
            if (!new Simulation(new StudyAndEachAlone(), seed, 4, 40, mutant)
                    .run()
                    .isEmpty()) {
                return;
            }
        }
        assertThat(mutant).as("survived %d cases", CASES_FOR_A_MUTANT).isEqualTo(Mutant.NONE);
    }
}
