package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.readmodel.ReadModel;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.bson.Document;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Writes and compiles a module whose files are the code blocks of a page. A line with the name of the file and a colon
 * precedes each block.
 */
final class PageModule {

    private static final Pattern FILE = Pattern.compile("(?ms)^`([\\w./-]+)`:\\n\\n```\\w+\\n(.*?)^```$");
    private static final String MAIN = "src/main/java/";
    private static final String RESOURCES = "src/main/resources/";
    private static final String TEST = "src/test/java/";

    /**
     * Each of these classes is in one library of the class path. A module that depends on the contract of read models
     * has these libraries.
     */
    private static final List<Class<?>> LIBRARIES =
            List.of(ReadModel.class, AggregateState.class, NullMarked.class, JsonNode.class, Document.class);

    private final Map<String, String> files = new TreeMap<>();
    private final Path folder;

    /** Writes the files of a page into a folder. */
    PageModule(Path page, Path folder) throws IOException {
        this.folder = folder;
        FILE.matcher(Files.readString(page)).results().forEach(file -> files.put(file.group(1), file.group(2)));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.writeString(target, file.getValue());
        }
    }

    /** Returns the content of a file. */
    String content(String file) {
        return files.get(file);
    }

    /** Compiles the module against the contract alone, and returns its jar. */
    Path build() throws Exception {
        List<String> libraries = new ArrayList<>();
        for (Class<?> one : LIBRARIES) {
            libraries.add(location(one).toString());
        }
        Path classes = folder.resolve("target/classes");
        compile(MAIN, classes, libraries);
        Path jar = folder.resolve("target/read-model.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            addAll(out, classes);
            addAll(out, folder.resolve(RESOURCES));
        }
        return jar;
    }

    /** Runs the tests of the module and returns their number. */
    int runTests(Path jar) throws Exception {
        Path classes = folder.resolve("target/test-classes");
        compile(TEST, classes, List.of(jar.toString(), System.getProperty("java.class.path")));
        int run = 0;
        URL[] urls = {jar.toUri().toURL(), classes.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, PageModule.class.getClassLoader())) {
            for (String file : names(TEST)) {
                String name = file.substring(TEST.length(), file.length() - ".java".length())
                        .replace('/', '.');
                run += runTests(loader.loadClass(name));
            }
        }
        return run;
    }

    private static int runTests(Class<?> tests) throws ReflectiveOperationException {
        Constructor<?> constructor = tests.getDeclaredConstructor();
        constructor.setAccessible(true);
        int run = 0;
        for (Method method : tests.getDeclaredMethods()) {
            if (method.isAnnotationPresent(Test.class)) {
                method.setAccessible(true);
                method.invoke(constructor.newInstance());
                run++;
            }
        }
        return run;
    }

    private void compile(String sources, Path classes, List<String> classPath) throws IOException {
        Files.createDirectories(classes);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "--release",
                    "21",
                    "-proc:none",
                    "-Xlint:all,-classfile,-path",
                    "-Werror",
                    "-classpath",
                    String.join(File.pathSeparator, classPath),
                    "-d",
                    classes.toString());
            List<Path> files = names(sources).stream().map(folder::resolve).toList();
            boolean compiled = compiler.getTask(
                            messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            assertThat(compiled).as("%s", messages).isTrue();
        }
    }

    private List<String> names(String prefix) {
        return files.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    private static Path location(Class<?> one) throws URISyntaxException {
        return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static void addAll(JarOutputStream out, Path root) throws IOException {
        try (Stream<Path> found = Files.walk(root)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(root.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }
}
