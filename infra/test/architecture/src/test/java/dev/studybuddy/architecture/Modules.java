package dev.studybuddy.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Provides the compiled classes of the services and of the contracts, and the test sources of all modules. */
final class Modules {

    private static final List<String> FOLDERS = List.of(
            "infra/contract/background",
            "infra/contract/outbox-contract",
            "infra/contract/event-contract",
            "infra/contract/read-model",
            "infra/contract/database",
            "outbox-publisher",
            "mongo-projector",
            "api-service");

    private Modules() {}

    /**
     * Returns every production class of the three services and of the modules below {@code infra/contract}.
     *
     * @throws IllegalStateException if a module is not compiled
     */
    static JavaClasses all() {
        Path root = root();
        List<Path> classes = FOLDERS.stream()
                .map(folder -> root.resolve(folder).resolve("target/classes"))
                .toList();
        for (Path one : classes) {
            if (!Files.isDirectory(one)) {
                throw new IllegalStateException("The build did not compile " + one + ".");
            }
        }
        return new ClassFileImporter().importPaths(classes);
    }

    /** Returns the source of each test class of the repository by its file. */
    static Map<Path, String> testSources() throws IOException {
        Map<Path, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root())) {
            for (Path file : files.filter(Modules::isTestSource).toList()) {
                sources.put(root().relativize(file), Files.readString(file));
            }
        }
        return sources;
    }

    private static boolean isTestSource(Path file) {
        return file.toString().contains("/src/test/java/") && file.toString().endsWith(".java");
    }

    /** Returns the folder of the repository, which is the nearest one that holds the Maven wrapper. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("No folder above the working folder holds the Maven wrapper.");
            }
        }
        return folder;
    }
}
