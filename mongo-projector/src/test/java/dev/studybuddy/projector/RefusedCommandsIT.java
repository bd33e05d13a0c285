package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.projector.consume.RefusedWrites;
import dev.studybuddy.projector.consume.SimulatedCommandRefusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** This test simulates a command that MongoDB refuses. */
class RefusedCommandsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void aProjectorIsNotReadyIfMongoDbRefusesCommandsUntilABatchIsApplied() throws Exception {
        try (ProjectorFixture fixture = new ProjectorFixture();
                RunningProjector projector = fixture.startStudy()) {
            projector.awaitServed(1);
            SimulatedCommandRefusal.record(projector.bean(RefusedWrites.class));

            Health refused = health(projector);
            assertThat(refused.getStatus()).isEqualTo(Status.DOWN);
            assertThat(refused.getDetails())
                    .containsEntry("mongodbRefusesAll", true)
                    .containsEntry("mongodbCircuit", "closed");

            // The command of the other partition is still refused.
            fixture.sendTodo("todo-1");
            await().atMost(TIMEOUT).until(() -> health(projector).getStatus().equals(Status.UP));
            assertThat(projector.bean(RefusedWrites.class).describe()).hasSize(1);
        }
    }

    private static Health health(RunningProjector projector) {
        return projector.bean("projector", HealthIndicator.class).health();
    }
}
