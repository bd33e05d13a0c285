package dev.studybuddy.e2e;

import static org.awaitility.Awaitility.await;

import dev.studybuddy.bench.http.ApiClient;
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

/** One of the three programs in a process of its own, from its jar, configured by its environment alone. */
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
            throw new IllegalStateException(jar + " is not built: ./mvnw -DskipTests package");
        }
        this.name = name;
        this.command = new JavaCommand(JVM, jar, List.of()).words();
        this.environment = new HashMap<>(environment);
        this.managementPort = managementPort;
        this.log = root.resolve("infra/e2e/target/logs").resolve(name + ".log");
    }

    private static String version() {
        return Objects.requireNonNull(
                System.getProperty(VERSION_PROPERTY),
                () -> "the system property " + VERSION_PROPERTY + " must name the version of the programs' jars");
    }

    /** Sets a variable of its environment, from its next start on. */
    Service set(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Starts it; {@link #awaitReady} tells when it can be used. */
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
        Reaper.began(process);
        return this;
    }

    void awaitReady() {
        try (ApiClient client = new ApiClient(URI.create("http://127.0.0.1:" + managementPort))) {
            await(name + " is ready").atMost(START_LIMIT).until(() -> {
                if (!process.isAlive()) {
                    throw new IllegalStateException(name + " ended by itself:\n" + logTail());
                }
                return answersReady(client);
            });
        }
    }

    private static boolean answersReady(ApiClient client) throws InterruptedException {
        try {
            return client.call("GET", "/actuator/health/readiness", null).ok();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** As {@code kill -9} does; returns when it is gone. */
    void kill() {
        process.destroyForcibly()
                .onExit()
                .orTimeout(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        Reaper.ended(process);
    }

    /** Asks it to end, and waits until it did: what it holds goes to others at once. */
    void stop() {
        process.destroy();
        process.onExit().orTimeout(GRACEFUL_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        Reaper.ended(process);
    }

    /** As {@code kill -TERM} does: it stops by itself, in its own time. */
    void terminate() {
        process.destroy();
    }

    /** As {@code kill -STOP} does: it stands still, with all its threads. */
    void pause() {
        signal("STOP");
    }

    /** As {@code kill -CONT} does: it goes on where it stood. */
    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + " of " + this.name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The number of its process, which changes with each start. */
    long pid() {
        return process.pid();
    }

    boolean alive() {
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

    /** Kills it where it still runs. */
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
