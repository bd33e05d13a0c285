package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs the TypeScript blocks of a page, in their order, as one program. Node runs the compiler and the program. */
final class TypeScriptPage {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```ts\\n(.*?)^```$");
    private static final String COMPILER = "META-INF/maven/org.webjars.npm/typescript/pom.properties";
    private static final long LIMIT_SECONDS = 120;

    private final Path folder;

    /**
     * Writes the program of a page into a folder.
     *
     * @param end the lines that the program has in addition to those of the page
     */
    TypeScriptPage(Path page, String end, Path folder) throws IOException {
        this.folder = folder;
        String program = BLOCK.matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve("page.mts"), program + "\n" + end + "\nexport {};\n");
    }

    /** Skips the calling test if this machine has no Node, and fails if Node is absent in CI. */
    static void requireNode() {
        InstalledProgram.require("node", "nodejs");
    }

    /** Compiles the program with all strict checks, runs it in an environment, and returns what it printed. */
    String run(Map<String, String> environment) throws Exception {
        Path compiler = unpackCompiler();
        execute(
                List.of(
                        "node",
                        compiler.toString(),
                        "--strict",
                        "--target",
                        "es2022",
                        "--module",
                        "es2022",
                        "--moduleResolution",
                        "bundler",
                        "--lib",
                        "es2023,dom,dom.iterable",
                        "page.mts"),
                Map.of());
        return execute(List.of("node", "page.mjs"), environment);
    }

    private Path unpackCompiler() throws IOException {
        URL properties = Objects.requireNonNull(getClass().getClassLoader().getResource(COMPILER), COMPILER);
        Properties maven = new Properties();
        try (InputStream in = properties.openStream()) {
            maven.load(in);
        }
        String prefix = "META-INF/resources/webjars/typescript/" + maven.getProperty("version") + "/";
        JarURLConnection connection = (JarURLConnection) properties.openConnection();
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            var files =
                    jar.stream().filter(entry -> entry.getName().startsWith(prefix + "lib/") && !entry.isDirectory());
            for (var entry : files.toList()) {
                Path target = folder.resolve(entry.getName().substring(prefix.length()));
                Files.createDirectories(target.getParent());
                Files.copy(jar.getInputStream(entry), target);
            }
        }
        return folder.resolve("lib/tsc.js");
    }

    private String execute(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended && process.exitValue() == 0)
                .as("%s printed %s", command, printed)
                .isTrue();
        return printed;
    }
}
