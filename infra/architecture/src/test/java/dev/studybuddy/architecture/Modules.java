package dev.studybuddy.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The compiled classes of the modules, as the build left them. */
final class Modules {

    private static final List<String> FOLDERS = List.of(
            "infra/outbox-contract",
            "infra/event-contract",
            "infra/read-model",
            "infra/database",
            "outbox-publisher",
            "mongo-projector",
            "api-service");

    private Modules() {}

    /** Every production class of every module; a module without classes is a fault of the build. */
    static JavaClasses all() {
        Path root = root();
        List<Path> classes = FOLDERS.stream()
                .map(folder -> root.resolve(folder).resolve("target/classes"))
                .toList();
        for (Path one : classes) {
            if (!Files.isDirectory(one)) {
                throw new IllegalStateException("not compiled: " + one);
            }
        }
        return new ClassFileImporter().importPaths(classes);
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("no mvnw above the working folder");
            }
        }
        return folder;
    }
}
