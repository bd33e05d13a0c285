package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

class OrderUnderFaultsTest {

    private static final int STEPS = 400;

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void firstOccurrencesAreInOrderAndNothingIsLost(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int size) {
        assertThat(new History(seed, size, true).run(STEPS)).isEmpty();
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void withoutPausesNoTwoInstancesHaveEventsOfAShardInFlight(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 3) int size) {
        assertThat(new History(seed, size, false).run(STEPS)).isEmpty();
    }
}
