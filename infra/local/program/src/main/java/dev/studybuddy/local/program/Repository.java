package dev.studybuddy.local.program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A repository is the checkout in which the local stack is built.
 *
 * @param root the folder that holds the Maven wrapper
 */
public record Repository(Path root) {

    /** This system property names the root if the working directory lies outside of the checkout. */
    public static final String ROOT_PROPERTY = "studybuddy.root";

    /**
     * Returns the property's folder, or else the nearest folder at or above the working directory that holds the Maven
     * wrapper.
     *
     * @throws IllegalStateException if no such folder exists
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
                "No folder at or above " + start + " contains mvnw; set -D" + ROOT_PROPERTY + "=<the checkout>");
    }

    /** Returns the folder in which the local stack keeps data, logs and unpacked binaries. */
    public Path local() {
        return root.resolve(".local");
    }

    /**
     * Returns the command that starts a program of {@code infra/local} with this JVM's Java.
     *
     * @param module the module's folder and jar, such as {@code kafka-server}
     * @param jvm options for the JVM
     * @param options the program's own options
     * @throws IllegalStateException if the program is not built
     */
    public List<String> command(String module, List<String> jvm, List<String> options) {
        Path jar = root.resolve("infra/local").resolve(module).resolve("target").resolve(module + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(
                    jar + " is not built; build it with ./mvnw -DskipTests -pl infra/local/" + module + " -am package");
        }
        return new JavaCommand(jvm, jar, options).words();
    }
}
