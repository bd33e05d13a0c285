package dev.studybuddy.api.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.operations.lag.PipelineSample;
import dev.studybuddy.api.operations.pause.Pauses;
import dev.studybuddy.api.outbox.OutboxBacklog;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineHealthTest {

    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

    @ParameterizedTest
    @CsvSource({"0, true", "10000, true", "10001, false"})
    void aCountThatReachedItsBoundIsReportedAsALowerBound(long count, boolean exact) {
        PipelineHealth.Sync sync =
                sync(new OutboxBacklog(NOW, 0, true, Optional.empty(), count, List.of()), count, count);

        assertThat(sync.failedEvents()).isEqualTo(count);
        assertThat(sync.deadLetters()).isEqualTo(count);
        assertThat(sync.brokenDocuments()).isEqualTo(count);
        assertThat(sync.failedEventsExact()).isEqualTo(exact);
        assertThat(sync.deadLettersExact()).isEqualTo(exact);
        assertThat(sync.brokenDocumentsExact()).isEqualTo(exact);
    }

    @Test
    void anUnknownCountIsNeitherExactNorALowerBound() {
        PipelineHealth.Sync sync = sync(null, null, null);

        assertThat(sync.failedEventsExact()).isNull();
        assertThat(sync.deadLettersExact()).isNull();
        assertThat(sync.brokenDocumentsExact()).isNull();
    }

    private static PipelineHealth.Sync sync(
            @Nullable OutboxBacklog outbox, @Nullable Long deadLetters, @Nullable Long brokenDocuments) {
        Map<String, Long> broken = brokenDocuments == null ? null : Map.of("study", brokenDocuments);
        PipelineSample sample = new PipelineSample(
                true, outbox, true, true, List.of(), List.of(), Map.of(), deadLetters, broken, List.of());
        return PipelineHealth.of(sample, new Pauses(List.of(), List.of()), NOW).sync();
    }
}
