package dev.studybuddy.e2e;

import static org.awaitility.Awaitility.await;

import dev.studybuddy.load.http.ApiClient;
import dev.studybuddy.local.program.JavaCommand;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Runs one of the three programs in its own process. Only environment variables configure it. */
final class Service implements AutoCloseable {

    /** The build sets this system property to the version of the programs' jars. */
    private static final String VERSION_PROPERTY = "studybuddy.version";

    private static final List<String> JVM =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Duration GRACEFUL_LIMIT = Duration.ofSeconds(60);
    private static final int LOG_TAIL_LINES = 60;

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final int managementPort;
    private final Path log;
    private Process process;

    Service(String module, String name, int managementPort, Map<String, String> environment) {
        Path root = Repository.find().root();
        Path jar = root.resolve(module).resolve("target").resolve(module + "-" + version() + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is not built; run ./mvnw -DskipTests package");
        }
        this.name = name;
        Path target = root.resolve("infra/test/e2e/target");
        Path unpackedJar = UnpackedProgram.jar(target.resolve("programs").resolve(module), jar);
        this.command = new JavaCommand(JVM, unpackedJar, List.of()).words();
        this.environment = new HashMap<>(environment);
        this.managementPort = managementPort;
        this.log = target.resolve("logs").resolve(name + ".log");
    }

    private static String version() {
        return Objects.requireNonNull(
                System.getProperty(VERSION_PROPERTY),
                () -> "the system property " + VERSION_PROPERTY + " must name the version of the programs' jars");
    }

    /** Sets an environment variable of the program. The change takes effect at the next start. */
    Service setVariable(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Starts the program. {@link #awaitReady} waits until it is ready. */
    Service start() {
        try {
            Files.createDirectories(log.getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
        ProcessReaper.register(process);
        return this;
    }

    void awaitReady() {
        try (ApiClient client = new ApiClient(URI.create("http://127.0.0.1:" + managementPort))) {
            await(name + " is ready").atMost(START_LIMIT).until(() -> {
                if (!process.isAlive()) {
                    throw new IllegalStateException(name + " ended unexpectedly:\n" + logTail());
                }
                return isReady(client);
            });
        }
    }

    private static boolean isReady(ApiClient client) throws InterruptedException {
        try {
            return client.call("GET", "/actuator/health/readiness", null).ok();
        } catch (IOException notReady) {
            return false;
        }
    }

    /** Kills the process, as {@code kill -9} does, and waits until it has ended. */
    void kill() {
        process.destroyForcibly()
                .onExit()
                .orTimeout(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        ProcessReaper.unregister(process);
    }

    /** Stops the program gracefully and waits until it has ended. It hands its shards or partitions over at once. */
    void stop() {
        process.destroy();
        process.onExit().orTimeout(GRACEFUL_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        ProcessReaper.unregister(process);
    }

    /** Starts a graceful stop, as {@code kill -TERM} does, and does not wait until the process has ended. */
    void terminate() {
        process.destroy();
    }

    /** Freezes the process with all its threads, as {@code kill -STOP} does. */
    void pause() {
        signal("STOP");
    }

    /** Continues a frozen process, as {@code kill -CONT} does. */
    void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + signal + " of " + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending " + signal + " to " + name, e);
        }
    }

    /** Returns the id of the process, which changes with each start. */
    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process if it still runs. */
    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
