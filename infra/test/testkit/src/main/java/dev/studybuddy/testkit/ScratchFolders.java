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

/**
 * Creates folders for servers' data below {@code .local/tests}. The name of each contains the id of the process that
 * uses it.
 */
final class ScratchFolders {

    private static final Logger log = LoggerFactory.getLogger(ScratchFolders.class);

    private ScratchFolders() {}

    /** Removes the folders of processes that no longer run, and then creates a folder. */
    static Path folder(Repository repository, String name) {
        Path tests = repository.local().resolve("tests");
        try {
            Files.createDirectories(tests);
            removeLeftovers(tests);
            return Files.createTempDirectory(tests, ProcessHandle.current().pid() + "-" + name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("The folder for a test's server cannot be created", e);
        }
    }

    /** Removes a folder. If the removal fails, the method logs a warning, and a later test run removes the folder. */
    static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            log.atWarn()
                    .addKeyValue("folder", folder)
                    .addKeyValue("cause", e.toString())
                    .log("A folder of a test could not be removed; the next test run removes it");
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
