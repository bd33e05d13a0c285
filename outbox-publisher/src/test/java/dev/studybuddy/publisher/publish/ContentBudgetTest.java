package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentBudgetTest {

    private static final long MAX_BYTES = 8L * 1024 * 1024;

    private final ContentBudget budget = new ContentBudget(MAX_BYTES);

    @Test
    void slowReadsMakeTheNextOnesSmallerDownToABound() {
        long first = budget.bytes();
        budget.recordRead(Duration.ofMillis(200).toNanos());
        assertThat(budget.bytes()).isEqualTo(first / 2);

        for (int n = 0; n < 10; n++) {
            budget.recordRead(Duration.ofMillis(200).toNanos());
        }
        assertThat(budget.bytes()).isEqualTo(128 * 1024);
    }

    @Test
    void fastReadsMakeTheNextOnesLargerUpToTheLimit() {
        for (int n = 0; n < 10; n++) {
            budget.recordRead(Duration.ofMillis(5).toNanos());
        }

        assertThat(budget.bytes()).isEqualTo(MAX_BYTES);
    }

    @Test
    void aFailedReadHalvesTheRowsDownToOneAndLaterReadsGrowAgain() {
        for (int rows = 64; rows > 1; rows /= 2) {
            assertThat(budget.rows()).isEqualTo(rows);
            budget.recordFailure(rows);
        }
        assertThat(budget.rows()).isOne();
        budget.recordFailure(1);
        assertThat(budget.rows()).isOne();

        budget.recordRead(Duration.ofMillis(200).toNanos());
        long least = budget.bytes();
        for (int n = 0; n < 32; n++) {
            budget.recordRead(Duration.ofMillis(5).toNanos());
        }
        assertThat(budget.bytes())
                .as("the bytes after only 32 fast reads since the last failure")
                .isEqualTo(least);
        for (int n = 0; n < 30; n++) {
            budget.recordRead(Duration.ofMillis(5).toNanos());
        }
        assertThat(budget.bytes()).isEqualTo(MAX_BYTES);
    }

    @Test
    void aFailedReadOfFewRowsHalvesTheirNumber() {
        assertThat(budget.rows()).isEqualTo(64);

        budget.recordFailure(8);

        assertThat(budget.rows()).isEqualTo(4);
    }

    @Test
    void fewSizesAreReadIfFewContentsFit() {
        int usual = budget.rows();
        for (int n = 0; n < 10; n++) {
            budget.recordSizes(List.of(1_500_000L, 1_500_000L));
        }
        assertThat(budget.rows()).isEqualTo(1).isLessThan(usual);

        for (int n = 0; n < 30; n++) {
            budget.recordSizes(List.of(100L));
        }
        assertThat(budget.rows()).isEqualTo(256);
    }

    @Test
    void theFirstReadDoesNotExceedASmallLimit() {
        assertThat(new ContentBudget(1000).bytes()).isEqualTo(1000);
    }
}
