package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Runs a command-line tool that checks files of the deployment. */
final class Tool {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final List<String> command;

    private Tool(List<String> command) {
        this.command = command;
    }

    /** This record holds the exit code of a run and all that the run printed. */
    record Run(int code, String output) {}

    /** Returns the tool. If the tool is absent, the calling test fails in CI and is skipped elsewhere. */
    static Tool require(String name, String debianPackage) {
        return require(name, debianPackage, find(name).map(Path::toString).map(List::of));
    }

    /** Returns Compose, as the program {@code docker-compose} or as the plugin of {@code docker}. */
    static Tool requireCompose() throws IOException, InterruptedException {
        return require("docker-compose", "docker-compose", findCompose(System.getenv("PATH")));
    }

    static Optional<List<String>> findCompose(String path) throws IOException, InterruptedException {
        Optional<Path> program = find("docker-compose", path);
        if (program.isPresent()) {
            return Optional.of(List.of(program.get().toString()));
        }
        Optional<Path> docker = find("docker", path);
        if (docker.isPresent()) {
            List<String> plugin = List.of(docker.get().toString(), "compose");
            if (new Tool(plugin).run(Map.of(), "version").code() == 0) {
                return Optional.of(plugin);
            }
        }
        return Optional.empty();
    }

    private static Tool require(String name, String debianPackage, Optional<List<String>> found) {
        if (found.isEmpty()) {
            String reason = name + " is not installed; Debian has it in the package " + debianPackage + ".";
            if ("true".equals(System.getenv("CI"))) {
                Assertions.fail(reason);
            }
            Assumptions.abort(reason);
        }
        return new Tool(found.orElseThrow());
    }

    static Optional<Path> find(String name) {
        return find(name, System.getenv("PATH"));
    }

    private static Optional<Path> find(String name, String path) {
        return Stream.of(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs the tool and fails if it does not exit with 0. Returns what it printed. */
    String pass(String... arguments) throws IOException, InterruptedException {
        Run run = run(Map.of(), arguments);
        assertThat(run.code())
                .as(String.join(" ", command) + " " + String.join(" ", arguments) + "\n" + run.output())
                .isZero();
        return run.output();
    }

    /** Runs the tool in the repository's root with these variables in addition to the test's environment. */
    Run run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(arguments));
        Path output = Files.createTempFile("tool", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(words)
                    .directory(Repository.root().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                Assertions.fail(String.join(" ", command) + " did not end within " + LIMIT);
            }
            return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }
}
