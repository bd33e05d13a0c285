package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrderUnderFaultsTest {

    /** {@code -Dhistories=…} sets this number. A rare fault occurs only in one of many thousand histories. */
    private static final long HISTORIES = Long.getLong("histories", 2_500);

    private static final int NEW_HISTORIES = 150;
    /** {@code -Dseed=…} repeats the history of one seed in place of the new ones. */
    private static final @Nullable Long SEED = Long.getLong("seed");
    /**
     * About every twelfth history detects the mutant that is detected least often. If none of this many histories
     * detects a mutant, the histories no longer inject enough faults.
     */
    private static final long MAX_SEEDS_PER_MUTANT = 200;

    @Test
    void noHistoryViolatesAGuarantee() {
        assertNoViolation(LongStream.range(0, HISTORIES));
    }

    @Test
    void noNewRandomHistoryViolatesAGuarantee() {
        assertNoViolation(SEED == null ? new SplittableRandom().longs(NEW_HISTORIES) : LongStream.of(SEED));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyMutantIsDetected(Mutant mutant) {
        assertThat(LongStream.range(0, MAX_SEEDS_PER_MUTANT)
                        .filter(seed -> History.of(seed, mutant).stream().anyMatch(mutant::causes))
                        .findFirst())
                .as("the first history that shows %s", mutant)
                .isPresent();
    }

    @Test
    void aFailingHistoryIsReportedWithItsSeedAndFewestSteps() {
        Mutant mutant = Mutant.MARKED_BEFORE_ACKNOWLEDGED;
        long seed = LongStream.range(0, MAX_SEEDS_PER_MUTANT)
                .filter(candidate -> !History.of(candidate, mutant).isEmpty())
                .findFirst()
                .orElseThrow();

        int steps = fewestFailingSteps(seed, mutant).orElseThrow();

        assertThat(History.of(seed, mutant, steps)).isNotEmpty();
        assertThat(History.of(seed, mutant, steps - 1)).isEmpty();
        assertThat(report(seed, mutant)).contains("-Dseed=" + seed).contains("fails from " + steps + " steps on");
    }

    private static void assertNoViolation(LongStream seeds) {
        SortedMap<Long, List<Violation>> violations = new ConcurrentSkipListMap<>();
        seeds.parallel().forEach(seed -> {
            List<Violation> found = History.of(seed, Mutant.NONE);
            if (!found.isEmpty()) {
                violations.put(seed, found);
            }
        });
        assertThat(violations)
                .as(() -> violations.isEmpty() ? "violations by seed" : report(violations.firstKey(), Mutant.NONE))
                .isEmpty();
    }

    private static String report(long seed, Mutant mutant) {
        OptionalInt steps = fewestFailingSteps(seed, mutant);
        return "violations by seed; -Dseed=" + seed + " repeats the first of these histories"
                + (steps.isPresent() ? ", which fails from " + steps.getAsInt() + " steps on" : "");
    }

    /** Runs the same seed with fewer steps, and returns the smallest number of steps that still fails. */
    private static OptionalInt fewestFailingSteps(long seed, Mutant mutant) {
        return IntStream.rangeClosed(0, History.STEPS)
                .parallel()
                .filter(steps -> !History.of(seed, mutant, steps).isEmpty())
                .findFirst();
    }
}
