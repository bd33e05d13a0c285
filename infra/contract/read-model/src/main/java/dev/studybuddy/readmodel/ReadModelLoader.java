package dev.studybuddy.readmodel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads read models from jars that are not part of the programs. A jar names its implementations of {@link ReadModel}
 * in {@code META-INF/services/dev.studybuddy.readmodel.ReadModel}. All jars of a folder share one class loader, whose
 * parent is the program's class loader. The shared class loader stays open until the program ends.
 */
public final class ReadModelLoader {

    private ReadModelLoader() {}

    /**
     * Returns the read models of the jars in a folder, and those that the class path names.
     *
     * @param folder the folder of the jars; null to use the class path alone
     * @throws IllegalArgumentException if the folder does not exist, or if a jar names a class that cannot be used
     * @throws UncheckedIOException if the folder cannot be listed
     */
    public static List<ReadModel> load(@Nullable Path folder) {
        ClassLoader program = ReadModel.class.getClassLoader();
        ClassLoader loader = folder == null ? program : new URLClassLoader(jars(folder), program);
        try {
            return ServiceLoader.load(ReadModel.class, loader).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
        } catch (ServiceConfigurationError | LinkageError unusable) {
            throw new IllegalArgumentException(
                    "a read model of the class path" + (folder == null ? "" : " or of a jar in " + folder)
                            + " cannot be used: " + unusable.getMessage(),
                    unusable);
        }
    }

    private static URL[] jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("the folder of read models, " + folder + ", does not exist");
        }
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                jars.add(file.toUri().toURL());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of read models, " + folder + ", cannot be listed", e);
        }
        return jars.toArray(URL[]::new);
    }
}
