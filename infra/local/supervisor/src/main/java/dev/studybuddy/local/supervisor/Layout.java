package dev.studybuddy.local.supervisor;

import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names the files and folders of the local stack, which all lie below {@code .local/}. */
record Layout(Repository repository) {

    Path data(String program) {
        return repository.local().resolve("data").resolve(program);
    }

    Path allData() {
        return repository.local().resolve("data");
    }

    Path log(String program) {
        return repository.local().resolve("logs").resolve(program + ".log");
    }

    Path readyFile(String program) {
        return run().resolve(program + ".ready");
    }

    Path stateFile() {
        return run().resolve("state.json");
    }

    /** Returns the file that the running supervisor keeps locked. */
    Path lockFile() {
        return run().resolve("lock");
    }

    /** Creates the folders and returns this layout. */
    Layout createFolders() {
        try {
            Files.createDirectories(run());
            Files.createDirectories(log("any").resolveSibling("."));
            Files.createDirectories(allData());
        } catch (IOException e) {
            throw new UncheckedIOException("The folders cannot be created below " + repository.local(), e);
        }
        return this;
    }

    private Path run() {
        return repository.local().resolve("run");
    }
}
