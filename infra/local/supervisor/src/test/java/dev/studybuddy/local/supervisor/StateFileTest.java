package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {

    @TempDir
    Path folder;

    @Test
    void aReadReturnsTheStateThatWasWritten() {
        ProcessIdentity process = new ProcessIdentity(7, Instant.parse("2026-11-23T10:00:00.5Z"), "some.jar");
        StackState state = new StackState(
                process,
                StackState.Phase.READY,
                List.of(
                        new StackState.Entry(
                                "kafka",
                                Kind.SERVER,
                                9092,
                                new HealthCheck.ReadyFile("ready", 9092),
                                process,
                                process.started(),
                                2),
                        new StackState.Entry(
                                "api-service",
                                Kind.SERVICE,
                                3001,
                                new HealthCheck.Http("http://x/"),
                                process,
                                process.started(),
                                0)));
        StateFile file = new StateFile(folder.resolve("state.json"));

        file.write(state);

        assertThat(file.read()).contains(state);
    }

    @Test
    void anIncompleteFileIsReadAsEmpty() throws IOException {
        Path path = Files.writeString(folder.resolve("state.json"), "{\"supervisor\": {");

        assertThat(new StateFile(path).read()).isEmpty();
    }
}
