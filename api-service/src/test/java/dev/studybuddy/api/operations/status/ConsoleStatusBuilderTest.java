package dev.studybuddy.api.operations.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.operations.status.ConsoleStatusBuilder.Ends;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleStatusBuilderTest {

    private static final Ends BEFORE = new Ends(Map.of("todo/0", 100L, "todo/1", 50L), 1_000_000_000L);

    @Test
    void theRateIsThatOfAllPartitionsTogether() {
        assertThat(new Ends(Map.of("todo/0", 110L, "todo/1", 60L), 3_000_000_000L).perSecondSince(BEFORE))
                .isEqualTo(10);
    }

    @Test
    void aTopicThatWasCreatedAgainGivesNoNegativeRate() {
        assertThat(new Ends(Map.of("todo/0", 3L, "todo/1", 52L), 2_000_000_000L).perSecondSince(BEFORE))
                .isEqualTo(2);
    }

    @Test
    void theRateIsUnknownIfThePartitionsAreNotTheSame() {
        Ends fewer = new Ends(Map.of("todo/0", 110L), 3_000_000_000L);
        Ends unknown = new Ends(Map.of(), 3_000_000_000L);

        assertThat(fewer.perSecondSince(BEFORE)).isNull();
        assertThat(unknown.perSecondSince(unknown)).isNull();
        assertThat(fewer.perSecondSince(null)).isNull();
    }
}
