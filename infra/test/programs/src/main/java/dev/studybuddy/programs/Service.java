package dev.studybuddy.programs;

import static org.awaitility.Awaitility.await;

import dev.studybuddy.local.program.JavaCommand;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs one of the three programs in its own process. Only environment variables configure it. */
public final class Service implements AutoCloseable {

    /** The build sets this system property to the version of the programs' jars. */
    private static final String VERSION_PROPERTY = "studybuddy.version";

    /** A program that runs out of memory ends, as in each deployment, so that a test fails if the heap is too small. */
    private static final List<String> JVM =
            List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Duration GRACEFUL_LIMIT = Duration.ofSeconds(60);
    private static final int LOG_TAIL_LINES = 60;

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final int managementPort;
    private final Path log;
    private @Nullable Process process;

    /**
     * Describes a program of this checkout. {@link #start()} starts it. The first description after a build unpacks the
     * jar and archives its classes, which takes some seconds.
     *
     * @param module the module whose jar holds the program
     * @param name the name of the program in messages and of its log file
     * @param managementPort the port on which the program reports its readiness
     * @param environment the environment variables that configure the program
     * @throws IllegalStateException if the jar of the module is not built
     */
    public Service(String module, String name, int managementPort, Map<String, String> environment) {
        this(Repository.find().root(), module, name, managementPort, environment);
    }

    /**
     * Describes a program of another checkout, such as one of an earlier version.
     *
     * @param checkout the root of the work tree in which the module was built
     * @throws IllegalStateException if the work tree does not hold exactly one jar of the module; this checkout may
     *     also hold jars of other versions
     */
    public Service(Path checkout, String module, String name, int managementPort, Map<String, String> environment) {
        Path root = Repository.find().root();
        Path folder = checkout.resolve(module).resolve("target");
        Path jar = checkout.equals(root) ? presentJar(folder, module) : onlyJar(folder, module);
        this.name = name;
        Path target = root.resolve("infra/test/programs/target");
        // A program of another checkout starts rarely, so it runs from its jar.
        JavaCommand start = checkout.equals(root)
                ? UnpackedProgram.command(target.resolve("programs").resolve(module), jar, JVM)
                : new JavaCommand(JVM, jar, List.of());
        this.command = start.words();
        this.environment = new HashMap<>(environment);
        this.managementPort = managementPort;
        this.log = target.resolve("logs").resolve(name + ".log");
    }

    /** Returns the jar of the present version. The folder of this checkout may also hold jars of earlier versions. */
    private static Path presentJar(Path folder, String module) {
        Path jar = folder.resolve(module + "-" + version() + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is not built; run ./mvnw -DskipTests package");
        }
        return jar;
    }

    /** Returns the only jar of another checkout, whose version may differ from the present one. */
    private static Path onlyJar(Path folder, String module) {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, module + "-*.jar")) {
            files.forEach(jars::add);
        } catch (IOException e) {
            throw new UncheckedIOException("The jars cannot be listed: " + folder, e);
        }
        if (jars.size() != 1) {
            throw new IllegalStateException(folder + " must hold exactly one jar of " + module + ", but holds " + jars);
        }
        return jars.getFirst();
    }

    private static String version() {
        return Objects.requireNonNull(
                System.getProperty(VERSION_PROPERTY),
                () -> "the system property " + VERSION_PROPERTY + " must name the version of the programs' jars");
    }

    /** Sets an environment variable of the program. The change takes effect at the next start. */
    public Service setVariable(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Starts the program. {@link #awaitReady} waits until it is ready. */
    public Service start() {
        try {
            Files.createDirectories(log.getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            Process started = builder.start();
            ProcessReaper.register(started);
            process = started;
        } catch (IOException e) {
            throw new UncheckedIOException("The program cannot be started: " + name, e);
        }
        return this;
    }

    /**
     * Waits until the program is ready.
     *
     * @throws IllegalStateException if the program ends before it is ready
     */
    public void awaitReady() {
        URI readiness = URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness");
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(CALL_LIMIT).build()) {
            await(name + " is ready").atMost(START_LIMIT).until(() -> {
                if (!started().isAlive()) {
                    throw new IllegalStateException(name + " ended unexpectedly:\n" + logTail());
                }
                return isReady(client, readiness);
            });
        }
    }

    private static boolean isReady(HttpClient client, URI readiness) throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(readiness).timeout(CALL_LIMIT).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notReady) {
            return false;
        }
    }

    /** Kills the process, as {@code kill -9} does, and waits until it has ended. */
    public void kill() {
        awaitEnd(started().destroyForcibly(), STOP_LIMIT);
    }

    /**
     * Stops the program gracefully, as {@code kill -TERM} does, and waits until it has ended. A publisher hands over
     * its shards and a projector its partitions before the end.
     */
    public void stop() {
        Process running = started();
        running.destroy();
        awaitEnd(running, GRACEFUL_LIMIT);
    }

    /**
     * Waits until a process has ended. The method does not use {@link Process#onExit}, whose completion needs a thread
     * of the common pool, which other tests may occupy.
     */
    private void awaitEnd(Process running, Duration limit) {
        try {
            if (!running.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " did not end within " + limit.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The wait for the end of the program was interrupted: " + name, e);
        }
        ProcessReaper.unregister(running);
    }

    /** Starts a graceful stop, as {@code kill -TERM} does, and does not wait until the process has ended. */
    public void terminate() {
        started().destroy();
    }

    /** Freezes the process with all its threads, as {@code kill -STOP} does. */
    public void freeze() {
        signal("STOP");
    }

    /** Continues a frozen process, as {@code kill -CONT} does. */
    public void unfreeze() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            int exit = new ProcessBuilder(
                            "kill", "-" + signal, Long.toString(started().pid()))
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
            throw new IllegalStateException("The signal " + signal + " to " + name + " was interrupted", e);
        }
    }

    /** Returns the id of the process, which changes with each start. */
    public long pid() {
        return started().pid();
    }

    private Process started() {
        return Objects.requireNonNull(process, () -> name + " was not started");
    }

    /** Returns whether the process runs. */
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Returns the last lines of the log. */
    public String logTail() {
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
