package dev.studybuddy.api.operations.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.JobState;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.JsonNodeFactory;

class RebuildMonitorTest {

    @Test
    void aRebuildWithoutAnActivationNeedsOne() {
        assertThat(RebuildMonitor.needsActivation(Optional.empty())).isTrue();
    }

    @Test
    void anActivationThatAnOperatorCancelledStaysCancelled() {
        assertThat(RebuildMonitor.needsActivation(newest(JobState.CANCELLED))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"QUEUED", "RUNNING"})
    void anUnfinishedActivationIsNotQueuedAgain(JobState state) {
        assertThat(RebuildMonitor.needsActivation(newest(state))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"DONE", "FAILED"})
    void anActivationJobThatActivatedNothingIsQueuedAgain(JobState state) {
        assertThat(RebuildMonitor.needsActivation(newest(state))).isTrue();
    }

    private static Optional<Job> newest(JobState state) {
        return Optional.of(new Job(
                UUID.randomUUID(),
                ActivationJob.kind("study"),
                state,
                "2",
                JsonNodeFactory.instance.objectNode(),
                1,
                null,
                0,
                null,
                JsonNodeFactory.instance.objectNode(),
                null,
                Instant.EPOCH,
                null,
                null,
                null));
    }
}
