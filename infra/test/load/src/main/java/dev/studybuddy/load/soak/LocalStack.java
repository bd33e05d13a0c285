package dev.studybuddy.load.soak;

import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Names the processes of the stack that {@code infra/up} started in this checkout. */
final class LocalStack {

    private final Path stateFile;

    /**
     * A stack process is one process of the stack, without its children.
     *
     * @param restarts the number of times that the supervisor has restarted it
     */
    record StackProcess(String name, long pid, int restarts) {}

    /**
     * Finds the stack of a checkout.
     *
     * @throws IllegalArgumentException if the stack does not run
     */
    LocalStack(Repository repository) {
        stateFile = repository.local().resolve("run").resolve("state.json");
        if (!Files.exists(stateFile)) {
            throw new IllegalArgumentException(
                    "--samples needs the processes of a local stack; start one with infra/up --detach");
        }
    }

    /** Returns the present processes of the supervisor and of its programs. */
    List<StackProcess> processes() throws IOException {
        JsonNode state = JsonMapper.shared().readTree(Files.readString(stateFile));
        List<StackProcess> processes = new ArrayList<>();
        processes.add(new StackProcess("supervisor", pid(state.path("supervisor")), 0));
        for (JsonNode entry : state.path("programs")) {
            processes.add(new StackProcess(
                    entry.path("name").asString(),
                    pid(entry.path("process")),
                    entry.path("restarts").asInt()));
        }
        return processes;
    }

    private static long pid(JsonNode process) {
        return process.path("pid").asLong();
    }
}
