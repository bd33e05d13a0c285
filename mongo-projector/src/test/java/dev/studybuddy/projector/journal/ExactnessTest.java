package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.Sums;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The batch code over a faulty store, compared document by document with the plain function of the last states. */
class ExactnessTest {

    private static final int CASES_FOR_A_MUTANT = 3_000;

    @Property(tries = 1_000, shrinking = ShrinkingMode.BOUNDED)
    void whateverFailsMirrorsAndTotalsEndExact(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6) int aggregates,
            @ForAll @IntRange(min = 1, max = 60) int records) {
        assertThat(new Simulation(new Study(), seed, aggregates, records, Mutant.NONE).run())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void eachFaultOfTheProtocolIsCaught(Mutant mutant) {
        for (long seed = 1; seed <= CASES_FOR_A_MUTANT; seed++) {
            if (!new Simulation(new Study(), seed, 4, 40, mutant).run().isEmpty()) {
                return;
            }
        }
        assertThat(mutant).as("survived %d cases", CASES_FOR_A_MUTANT).isEqualTo(Mutant.NONE);
    }

    /** The sums of {@code study}, without the rest of the program. */
    private static final class Study implements ReadModel {

        @Override
        public String name() {
            return "study";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Set<AggregateType> reads() {
            return EnumSet.of(AggregateType.TODO, AggregateType.SESSION);
        }

        @Override
        public String mirrors(AggregateType type) {
            return type.plural();
        }

        @Override
        public String rollups() {
            return "study_totals";
        }

        @Override
        public void contribute(Sums sums, AggregateState state, int factor) {
            StudyContribution.add(sums, state, factor);
        }

        @Override
        public List<Index> indexes() {
            return List.of();
        }
    }
}
