package dev.studybuddy.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Finds a program that is installed on this machine. */
public final class InstalledProgram {

    private InstalledProgram() {}

    /** Returns the program. If the program is absent, the calling test fails in CI and is skipped elsewhere. */
    public static Path require(String name, String debianPackage) {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            skipOrFailInCi(name + " is not installed; Debian has it in the package " + debianPackage + ".");
        }
        return found.orElseThrow();
    }

    /** Skips the calling test for a reason, and fails it in CI, where every test must run. */
    static void skipOrFailInCi(String reason) {
        if ("true".equals(System.getenv("CI"))) {
            Assertions.fail(reason);
        }
        Assumptions.abort(reason);
    }
}
