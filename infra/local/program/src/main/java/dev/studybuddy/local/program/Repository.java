package dev.studybuddy.local.program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The checkout that the local stack is built in.
 *
 * @param root the folder that holds the Maven wrapper
 */
public record Repository(Path root) {

    /** The property that names the root where the working directory lies elsewhere. */
    public static final String ROOT_PROPERTY = "studybuddy.root";

    /**
     * The property's folder, else the nearest one above the working directory that holds the Maven wrapper.
     *
     * @throws IllegalStateException where there is none
     */
    public static Repository find() {
        String given = System.getProperty(ROOT_PROPERTY);
        if (given != null && !given.isBlank()) {
            return new Repository(Path.of(given).toAbsolutePath().normalize());
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw"))) {
                return new Repository(folder);
            }
        }
        throw new IllegalStateException(
                "no folder with mvnw at or above " + start + "; set -D" + ROOT_PROPERTY + "=<the checkout>");
    }

    /** Where the local stack keeps data, logs and unpacked binaries. */
    public Path local() {
        return root.resolve(".local");
    }

    /**
     * The command that starts a program of {@code infra/local} with this JVM's Java.
     *
     * @param module the module's folder and jar, such as {@code kafka-server}
     * @param jvm options for the JVM
     * @param options the program's own
     * @throws IllegalStateException where it is not built
     */
    public List<String> command(String module, List<String> jvm, List<String> options) {
        Path jar = root.resolve("infra/local").resolve(module).resolve("target").resolve(module + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(
                    jar + " is not built: ./mvnw -DskipTests -pl infra/local/" + module + " -am package");
        }
        return new JavaCommand(jvm, jar, options).words();
    }
}
