package dev.studybuddy.bench.harness;

import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server launcher starts the repository's own server programs, each as a process of its own. */
public final class ServerLauncher {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Repository repository = Repository.find();
    private final Path folder;

    /**
     * Creates a launcher.
     *
     * @param folder folder for the servers' logs and for the files that signal their readiness
     */
    public ServerLauncher(Path folder) {
        this.folder = folder;
    }

    /**
     * Starts a server and waits until it is ready.
     *
     * @param module name of the server's module
     * @param jvmOptions options of its JVM
     * @param options options of the server program
     * @throws IllegalStateException if the server ends, or is not ready within two minutes
     */
    public ChildProcess start(String module, List<String> jvmOptions, List<String> options) {
        Path ready = folder.resolve(module + ".ready");
        try {
            Files.deleteIfExists(ready);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> allOptions = new ArrayList<>(options);
        allOptions.add("--" + Lifetime.READY_FILE + "=" + ready);
        allOptions.add("--" + Lifetime.END_WITH_STDIN);
        List<String> allJvmOptions = new ArrayList<>(jvmOptions);
        allJvmOptions.add("-D" + Repository.ROOT_PROPERTY + "=" + repository.root());
        ChildProcess process = ChildProcess.start(
                repository.command(module, allJvmOptions, allOptions), Map.of(), folder.resolve(module + ".log"));
        process.awaitFile(ready, START_LIMIT);
        return process;
    }
}
