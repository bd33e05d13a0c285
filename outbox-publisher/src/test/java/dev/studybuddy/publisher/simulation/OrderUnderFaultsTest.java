package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrderUnderFaultsTest {

    /** A system property sets this number, because a rare mistake shows in one history of many thousands. */
    private static final long HISTORIES = Long.getLong("histories", 2_500);
    /**
     * The rarest mistake is found in every twelfth history. If this many histories do not find it, histories have lost
     * their strength.
     */
    private static final long MAX_SEEDS_PER_MUTATION = 200;

    @Test
    void noHistoryViolatesAGuarantee() {
        Map<Long, List<Violation>> violations = new ConcurrentSkipListMap<>();
        LongStream.range(0, HISTORIES).parallel().forEach(seed -> {
            List<Violation> found = History.of(seed, Mutation.NONE);
            if (!found.isEmpty()) {
                violations.put(seed, found);
            }
        });
        assertThat(violations).as("violations by the seed of their history").isEmpty();
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void noNewRandomHistoryViolatesAGuarantee(@ForAll long seed) {
        assertThat(History.of(seed, Mutation.NONE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyMutationIsDetected(Mutation mutation) {
        assertThat(LongStream.range(0, MAX_SEEDS_PER_MUTATION)
                        .filter(seed -> History.of(seed, mutation).stream().anyMatch(mutation::causes))
                        .findFirst())
                .as("the first history that shows %s", mutation)
                .isPresent();
    }
}
