package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PageBudgetTest {

    private static final int PAGE_ROWS = 4096;
    private static final long PAGE_BYTES = 8L * 1024 * 1024;
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final PageBudget budget = new PageBudget(PAGE_ROWS, PAGE_BYTES);

    @Test
    void eachFailureHalvesTheRowsDownToOne() {
        assertThat(budget.rows()).isEqualTo(PAGE_ROWS);

        budget.recordFailure();
        assertThat(budget.rows()).isEqualTo(PAGE_ROWS / 2);
        budget.recordFailure();
        assertThat(budget.rows()).isEqualTo(PAGE_ROWS / 4);

        for (int n = 0; n < 20; n++) {
            budget.recordFailure();
        }
        assertThat(budget.rows()).isEqualTo(1);
        assertThat(budget.keyedRows()).isEqualTo(1);
    }

    @Test
    void eachSuccessDoublesTheRowsUpToThePage() {
        for (int n = 0; n < 3; n++) {
            budget.recordFailure();
        }
        int small = PAGE_ROWS / 8;
        assertThat(budget.rows()).isEqualTo(small);

        budget.recordRows(List.of());
        assertThat(budget.rows()).isEqualTo(2 * small);
        for (int n = 0; n < 20; n++) {
            budget.recordRows(List.of());
        }
        assertThat(budget.rows()).isEqualTo(PAGE_ROWS);
    }

    @Test
    void aPageOfTheLargestSizeHasTheLargestNumberOfRows() {
        PageBudget huge = new PageBudget(Integer.MAX_VALUE, Long.MAX_VALUE);
        huge.recordRows(List.of());

        assertThat(huge.rows()).isEqualTo(Integer.MAX_VALUE);
        assertThat(huge.keyedRows()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void rowsThatWereLargeMakeTheNextPageSmallerAndSmallRowsMakeItLargerAgain() {
        for (int n = 0; n < 50; n++) {
            budget.recordRows(Collections.nCopies(10, row(8192)));
        }
        assertThat(budget.rows()).isBetween(900, 1024);

        for (int n = 0; n < 50; n++) {
            budget.recordRows(Collections.nCopies(10, row(100)));
        }
        assertThat(budget.rows()).isEqualTo(PAGE_ROWS);
    }

    @Test
    void aPartialRowCountsWithTheLargestContentThatAReadReturns() {
        for (int n = 0; n < 50; n++) {
            budget.recordRows(Collections.nCopies(10, row(100_000).toPartial()));
        }

        assertThat(budget.rows()).isBetween(900, 1024);
    }

    @Test
    void aResultOfTheLargestRowsHasAtMostFourTimesTheBytesOfAPage() {
        int largestRow = 2 * OutboxRow.INLINE_BYTES;
        PageBudget small = new PageBudget(PAGE_ROWS, 256 * 1024);

        assertThat(small.rows() * largestRow).isLessThanOrEqualTo(4 * 256 * 1024);
        assertThat(small.keyedRows() * largestRow).isLessThanOrEqualTo(256 * 1024);
        assertThat(new PageBudget(PAGE_ROWS, 1).rows()).isEqualTo(1);
    }

    private static OutboxRow row(int payloadBytes) {
        return new OutboxRow(
                new Aggregate(1, "todo", "a"),
                1,
                new UUID(0, 1),
                "changed",
                TestBytes.utf8("x".repeat(payloadBytes)),
                TestBytes.utf8("{}"),
                NOW,
                0,
                null,
                NOW,
                0);
    }
}
