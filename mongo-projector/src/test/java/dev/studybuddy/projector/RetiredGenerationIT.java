package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** This test activates a second generation and retires the first one. */
class RetiredGenerationIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void aRetiredGenerationHasNoMetersAfterItsRunnerHasEnded() throws Exception {
        try (ProjectorFixture fixture = new ProjectorFixture();
                RunningProjector projector = fixture.startStudy()) {
            GenerationStore store = projector.bean(GenerationStore.class);
            await().atMost(TIMEOUT).until(() -> !metersOf(projector, 1).isEmpty());
            change(store, RetiredGenerationIT::beginSecond);
            await().atMost(TIMEOUT).until(() -> !metersOf(projector, 2).isEmpty());
            change(store, record -> record.activate(2, Instant.now()));

            change(store, record -> record.retirePrevious("the test retires it"));

            await().atMost(TIMEOUT).until(() -> metersOf(projector, 1).isEmpty());
            assertThat(metersOf(projector, 2)).isNotEmpty();
        }
    }

    private static GenerationRecord beginSecond(GenerationRecord record) {
        Generation first = Objects.requireNonNull(record.generations().get(1));
        return record.begin(
                new Generation(2, first.projectionVersion(), first.topics(), true, Instant.now(), null, null, null));
    }

    private static void change(GenerationStore store, UnaryOperator<GenerationRecord> change) {
        await().atMost(TIMEOUT)
                .until(() ->
                        store.compareAndSet(change.apply(store.read("study").orElseThrow())));
    }

    /** Returns the meters with the tag of a generation. */
    private static List<Meter> metersOf(RunningProjector projector, int generation) {
        return projector.bean(MeterRegistry.class).getMeters().stream()
                .filter(meter -> String.valueOf(generation).equals(meter.getId().getTag("generation")))
                .toList();
    }
}
