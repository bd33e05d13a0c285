package dev.studybuddy.publisher.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AcknowledgedVersionsTest {

    private static final int BOUND = 1_000;
    private static final long PERMITTED_CHARS = (long) BOUND * AcknowledgedVersions.MEAN_CHARS;
    private static final int LONGEST_ID = 1_000;

    private final AcknowledgedVersions versions = new AcknowledgedVersions(BOUND);

    @Test
    void aggregatesWithLongIdsTakeNoMoreMemoryThanTheBoundPermits() {
        List<Aggregate> aggregates = aggregates("i".repeat(LONGEST_ID - 4));
        aggregates.forEach(aggregate -> versions.raise(aggregate, 3));

        List<Aggregate> kept = aggregates.stream()
                .filter(aggregate -> versions.highest(aggregate) == 3)
                .toList();
        assertThat(kept).as("the newest aggregates").isEqualTo(lastOf(aggregates, kept.size()));
        assertThat(kept.size() * (long) LONGEST_ID)
                .as("the characters of their ids")
                .isBetween(PERMITTED_CHARS / 2, PERMITTED_CHARS);
    }

    @Test
    void aggregatesWithUsualIdsAreKeptUpToTheirNumber() {
        List<Aggregate> aggregates = aggregates("01980f2e-0000-7000-8000-00000000");
        aggregates.forEach(aggregate -> versions.raise(aggregate, 3));

        assertThat(aggregates).allMatch(aggregate -> versions.highest(aggregate) == 3);
        versions.raise(new Aggregate(3, "todo", "one more"), 1);
        assertThat(aggregates.stream().filter(aggregate -> versions.highest(aggregate) == 0))
                .containsExactly(aggregates.getFirst());
    }

    @Test
    void aRepeatedAcknowledgementTakesNoFurtherMemory() {
        Aggregate first = new Aggregate(3, "todo", "i".repeat(LONGEST_ID));
        Aggregate second = new Aggregate(3, "todo", "a");
        versions.raise(second, 2);
        for (int n = 0; n < BOUND; n++) {
            versions.raise(first, n);
        }

        assertThat(versions.highest(first)).isEqualTo(BOUND - 1);
        assertThat(versions.highest(second)).isEqualTo(2);
    }

    /** Returns as many aggregates as the bound permits, whose ids begin with this text and end with four digits. */
    private static List<Aggregate> aggregates(String idStart) {
        return IntStream.range(0, BOUND)
                .mapToObj(n -> new Aggregate(n % 64, "todo", idStart + "%04d".formatted(n)))
                .toList();
    }

    private static List<Aggregate> lastOf(List<Aggregate> aggregates, int count) {
        return aggregates.subList(aggregates.size() - count, aggregates.size());
    }
}
