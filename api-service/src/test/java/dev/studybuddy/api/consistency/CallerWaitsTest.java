package dev.studybuddy.api.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class CallerWaitsTest {

    private static final UUID HEAVY = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);

    @Test
    void oneCallerLeavesWaitsToOtherCallers() {
        CallerWaits waits = new CallerWaits(3, 2, caller -> false);

        assertThat(waits.add(HEAVY)).isTrue();
        assertThat(waits.add(HEAVY)).isTrue();
        assertThat(waits.add(HEAVY)).isFalse();
        assertThat(waits.add(OTHER)).isTrue();
        assertThat(waits.add(OTHER)).isFalse();

        waits.remove(HEAVY);

        assertThat(waits.add(OTHER)).isTrue();
        assertThat(waits.add(HEAVY)).isFalse();
    }

    @Test
    void aCallerWhoStandsForSeveralPeopleHasNoLimitOfItsOwn() {
        CallerWaits waits = new CallerWaits(3, 1, HEAVY::equals);

        assertThat(waits.add(HEAVY)).isTrue();
        assertThat(waits.add(OTHER)).isTrue();
        assertThat(waits.add(OTHER)).isFalse();
        assertThat(waits.add(HEAVY)).isTrue();
        assertThat(waits.add(HEAVY)).isFalse();
    }
}
