package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.generation.GenerationReconciler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;

/** Ends the thread that starts and stops generations by an error, and then stops the program. */
class EndedLoopIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void theGenerationsOfAProgramWhoseReconcilerEndedByAnErrorEndWithTheProgram() throws Exception {
        try (ProjectorFixture fixture = new ProjectorFixture()) {
            List<GenerationRunner> runners;
            try (RunningProjector projector = fixture.startStudy(FatalReconciliation.class)) {
                projector.awaitServed(1);
                GenerationReconciler reconciler = projector.bean(GenerationReconciler.class);
                runners = reconciler.runners();

                FatalReconciliation.ACTIVE.set(true);
                await().atMost(TIMEOUT).until(() -> reconciler.loop().hasEndedUnexpectedly());

                HealthIndicator threads = projector.bean("projectorThreads", HealthIndicator.class);
                assertThat(threads.health().getStatus()).isEqualTo(Status.DOWN);
                assertThat(reconciler.isRunning()).isTrue();
                assertThat(runners).hasSize(1).noneMatch(GenerationRunner::hasEnded);
            } finally {
                FatalReconciliation.ACTIVE.set(false);
            }
            assertThat(runners).allMatch(GenerationRunner::hasEnded);
        }
    }

    /** Throws an error in the thread of the reconciler. The driver passes the errors of listeners on. */
    static class FatalReconciliation {

        static final AtomicBoolean ACTIVE = new AtomicBoolean();

        @Bean
        MongoClientSettingsBuilderCustomizer fatalReconciliation() {
            return settings -> settings.addCommandListener(new CommandListener() {
                @Override
                public void commandStarted(CommandStartedEvent event) {
                    if (ACTIVE.get() && Thread.currentThread().getName().equals("generation-reconciler")) {
                        throw new AssertionError("a class is missing");
                    }
                }
            });
        }
    }
}
