package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs the scripts that a user calls, in a folder that links to the programs of this checkout. The local stack of the
 * folder has its own data and its own ports, so that both stacks can run at the same time.
 */
final class LinkedCheckout implements AutoCloseable {

    private static final List<String> LINKS =
            List.of("infra", "api-service", "outbox-publisher", "mongo-projector", "mvnw", "pom.xml");
    private static final int API_PORT = 3001;
    private static final int SQL_PORT = 26_257;
    private static final int KAFKA_PORT = 9092;
    private static final int MONGO_PORT = 27_017;
    private static final List<Integer> PORTS =
            List.of(API_PORT, 3002, 3003, 3011, 3012, 3013, KAFKA_PORT, 9093, SQL_PORT, MONGO_PORT);
    private static final int HIGHEST_OFFSET = 5_000;
    private static final int ATTEMPTS = 100;
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

    private final Path folder;
    private final Map<String, String> variables;

    /** This record holds the exit code of a command and what it printed. */
    record Run(int code, String output) {}

    private LinkedCheckout(Path folder, Map<String, String> variables) {
        this.folder = folder;
        this.variables = variables;
    }

    /** Creates the links in an empty folder. */
    static LinkedCheckout create(Path folder) throws IOException {
        Path root = Repository.find().root();
        for (String name : LINKS) {
            Files.createSymbolicLink(folder.resolve(name), root.resolve(name));
        }
        Path local = Files.createDirectory(folder.resolve(".local"));
        // This file states that the programs are built, so that the scripts start those of this checkout.
        Files.createFile(local.resolve("built"));
        try (Stream<Path> files = Files.list(root.resolve(".local"))) {
            for (Path binaries : files.filter(
                            file -> file.getFileName().toString().startsWith("postgresql-"))
                    .toList()) {
                Files.createSymbolicLink(local.resolve(binaries.getFileName()), binaries);
            }
        }
        int offset = findOffset();
        return new LinkedCheckout(
                folder,
                Map.of(
                        "STUDYBUDDY_LOCAL_PORT_OFFSET",
                        Integer.toString(offset),
                        "STUDYBUDDY_API",
                        "http://localhost:" + (API_PORT + offset),
                        "SPRING_DATASOURCE_URL",
                        "jdbc:postgresql://localhost:" + (SQL_PORT + offset) + "/studybuddy?sslmode=disable",
                        "SPRING_KAFKA_BOOTSTRAP_SERVERS",
                        "localhost:" + (KAFKA_PORT + offset),
                        "SPRING_MONGODB_URI",
                        "mongodb://localhost:" + (MONGO_PORT + offset) + "/studybuddy"));
    }

    /** Runs a command, fails if its exit code is not 0, and returns what it printed. */
    String pass(String command, Duration limit) throws IOException, InterruptedException {
        Run run = run(command, limit);
        assertThat(run.code()).as("%s%n%s", command, run.output()).isZero();
        return run.output();
    }

    /** Runs a command in the folder. */
    Run run(String command, Duration limit) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(variables);
        Process process = builder.start();
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError(command + " did not end within " + limit);
        }
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    /** Returns a number that moves all ports of the stack to free ones. */
    private static int findOffset() {
        return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(1, HIGHEST_OFFSET))
                .limit(ATTEMPTS)
                .filter(candidate -> PORTS.stream().allMatch(port -> isFree(port + candidate)))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException inUse) {
            return false;
        }
    }

    /** Ends the stack if it runs. */
    @Override
    public void close() throws IOException {
        try {
            run("infra/down", STOP_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
