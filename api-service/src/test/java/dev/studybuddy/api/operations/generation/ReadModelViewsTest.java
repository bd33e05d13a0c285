package dev.studybuddy.api.operations.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadModelViewsTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");
    private static final int REBUILDS = 50;

    private static Generation generation(int number) {
        return new Generation(number, 1, Map.of(), false, AT, null, null, null);
    }

    @Test
    void everyGenerationIsDescribedWhileThereAreFew() {
        GenerationRecord record = GenerationRecord.empty("study").beginActive(generation(1));
        for (int number = 2; number <= ReadModelViews.MAX_UNLISTED + 1; number++) {
            record = record.begin(generation(number)).abort(number, "test");
        }

        assertThat(ReadModelViews.describedGenerations(record))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, ReadModelViews.MAX_UNLISTED + 1)
                        .boxed()
                        .toList());
    }

    @Test
    void oldGenerationsAreNotDescribedUnlessTheyAreActiveOrPrevious() {
        GenerationRecord record = GenerationRecord.empty("study")
                .beginActive(generation(1))
                .begin(generation(2))
                .activate(2, AT);
        for (int number = 3; number <= REBUILDS; number++) {
            record = record.begin(generation(number)).abort(number, "test");
        }

        assertThat(ReadModelViews.describedGenerations(record))
                .hasSize(ReadModelViews.MAX_UNLISTED + 2)
                .startsWith(1, 2, REBUILDS - ReadModelViews.MAX_UNLISTED + 1)
                .endsWith(REBUILDS);
    }
}
