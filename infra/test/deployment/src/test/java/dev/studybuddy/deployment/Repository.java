package dev.studybuddy.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads the files of the repository. */
final class Repository {

    private Repository() {}

    /** Returns the nearest folder above the working folder that holds the Maven wrapper. */
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

    static Path file(String path) {
        return root().resolve(path);
    }

    static String read(String path) throws IOException {
        return Files.readString(file(path));
    }

    /** Returns the whole number of seconds that follows a key in a text, such as 30 for {@code 30s}. */
    static int seconds(String text, String key) {
        String value = text.substring(text.indexOf(key) + key.length());
        return Integer.parseInt(value.substring(0, value.indexOf('s')));
    }

    /** Returns the regular files below a folder, sorted. */
    static List<Path> filesBelow(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(file(folder))) {
            return files.filter(Files::isRegularFile)
                    .filter(path -> !path.toString().contains("/target/"))
                    .filter(path -> path.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    /** Returns the only document of a YAML file. */
    static Map<String, Object> yaml(String path) throws IOException {
        return documents(read(path)).getFirst();
    }

    /** Returns the documents of a YAML text. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> documents(String text) {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        return StreamSupport.stream(yaml.loadAll(text).spliterator(), false)
                .filter(document -> document != null)
                .map(document -> (Map<String, Object>) document)
                .toList();
    }

    /** Returns the value at a path of keys, as a map. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Map<String, Object> from, String... keys) {
        Map<String, Object> value = from;
        for (String key : keys) {
            Object next = value.get(key);
            if (!(next instanceof Map)) {
                throw new AssertionError("The key " + key + " of " + String.join("/", keys) + " holds no map.");
            }
            value = (Map<String, Object>) next;
        }
        return value;
    }

    /** Returns the list of maps at a key. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> list(Map<String, Object> from, String key) {
        Object value = from.get(key);
        if (!(value instanceof List)) {
            throw new AssertionError("The key " + key + " holds no list.");
        }
        return (List<Map<String, Object>>) value;
    }
}
