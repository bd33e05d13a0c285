package dev.studybuddy.testkit;

import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders for servers' data, below {@code .local/tests}, named by the process that uses them. */
final class Scratch {

    private static final Logger log = LoggerFactory.getLogger(Scratch.class);

    private Scratch() {}

    /** A new folder. What killed test runs left is removed first. */
    static Path folder(Repository repository, String name) {
        Path tests = repository.local().resolve("tests");
        try {
            Files.createDirectories(tests);
            removeLeftovers(tests);
            return Files.createTempDirectory(tests, ProcessHandle.current().pid() + "-" + name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for a test's server", e);
        }
    }

    /** Removes a folder; what can't be removed is said, and left to the next run. */
    static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            log.warn("could not remove {}: {}", folder, e.toString());
        }
    }

    private static void removeLeftovers(Path tests) throws IOException {
        List<Path> folders;
        try (Stream<Path> files = Files.list(tests)) {
            folders = files.toList();
        }
        for (Path folder : folders) {
            String owner = folder.getFileName().toString().split("-", 2)[0];
            if (owner.matches("\\d{1,18}")
                    && ProcessHandle.of(Long.parseLong(owner)).isEmpty()) {
                remove(folder);
            }
        }
    }
}
