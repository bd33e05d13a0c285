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

    /** A property, since some mistakes show in one history of many thousands. */
    private static final long HISTORIES = Long.getLong("histories", 2_500);
    /** The rarest is found in every twelfth history; so many without it mean that histories lost their strength. */
    private static final long SEEDS_UNTIL_A_MISTAKE_IS_FOUND = 200;

    @Test
    void noHistoryBreaksAPromise() {
        Map<Long, List<Violation>> violations = new ConcurrentSkipListMap<>();
        LongStream.range(0, HISTORIES).parallel().forEach(seed -> {
            List<Violation> found = History.of(seed, Mutation.NONE);
            if (!found.isEmpty()) {
                violations.put(seed, found);
            }
        });
        assertThat(violations).as("by the history's seed").isEmpty();
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void norDoesOneThatNobodySawBefore(@ForAll long seed) {
        assertThat(History.of(seed, Mutation.NONE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyMistakeIsFoundOut(Mutation mistake) {
        assertThat(LongStream.range(0, SEEDS_UNTIL_A_MISTAKE_IS_FOUND)
                        .filter(seed -> History.of(seed, mistake).stream().anyMatch(mistake::explains))
                        .findFirst())
                .as("the first history that shows %s", mistake)
                .isPresent();
    }
}
