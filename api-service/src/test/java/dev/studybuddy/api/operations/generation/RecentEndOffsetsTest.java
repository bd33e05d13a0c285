package dev.studybuddy.api.operations.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecentEndOffsetsTest {

    private final RecentEndOffsets ends = new RecentEndOffsets(Duration.ofSeconds(2), Duration.ofSeconds(5));

    @Test
    void endsCountFromTheMinimumAgeOn() {
        ends.record(Map.of("todo-0", 10L), seconds(0));

        assertThat(ends.find(seconds(1.9))).isNull();
        assertThat(ends.find(seconds(2))).containsEntry("todo-0", 10L);
    }

    @Test
    void theOldestEndsBelowTheMaximumAgeAreReturned() {
        ends.record(Map.of("todo-0", 10L), seconds(0));
        ends.record(Map.of("todo-0", 20L), seconds(1));
        ends.record(Map.of("todo-0", 30L), seconds(4));

        assertThat(ends.find(seconds(4.5))).containsEntry("todo-0", 10L);
        assertThat(ends.find(seconds(5.5))).containsEntry("todo-0", 20L);
        assertThat(ends.find(seconds(6.5))).containsEntry("todo-0", 30L);
        assertThat(ends.find(seconds(10))).isNull();
    }

    private static long seconds(double seconds) {
        return (long) (seconds * 1e9);
    }
}
