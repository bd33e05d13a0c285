package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeededCheckTest {

    @Test
    void aFailureNamesItsSeedAndTheSmallestFailingSize() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> SeededCheck.check(List.of(1L, 42L, 3L), 60, (seed, size) -> {
                    if (seed == 42 && size % 2 == 1) {
                        throw new IllegalStateException("odd");
                    }
                    if (seed == 42) {
                        throw new IllegalStateException("even");
                    }
                }))
                .withMessage("seed 42 fails with size 1 (repeat it with -Dseed=42): odd");
    }

    @Test
    void everySizeUpToTheLargestIsDrawn() {
        Set<Integer> sizes = new HashSet<>();
        List<Long> seeds = new ArrayList<>();
        for (long seed = 0; seed < 1_000; seed++) {
            seeds.add(seed);
        }

        SeededCheck.check(seeds, 20, (seed, size) -> sizes.add(size));

        assertThat(sizes).hasSize(20).allSatisfy(size -> assertThat(size).isBetween(1, 20));
    }
}
