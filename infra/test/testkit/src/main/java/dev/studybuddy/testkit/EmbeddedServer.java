package dev.studybuddy.testkit;

import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a server in a separate process. The process reads a pipe of this JVM, so it ends even if this JVM is killed.
 *
 * <p>States: created → {@code start} → running ⇄ {@code freeze}/{@code unfreeze} frozen; {@code kill} or {@code stop} →
 * ended → {@code start} again; {@code close} from any.
 */
final class EmbeddedServer implements ControllableServer {

    /** This placeholder stands for the data folder in a server's options. */
    static final String DATA_PLACEHOLDER = "{data}";

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 20;
    private static final int LOG_TAIL_LINES = 40;

    private final String name;
    private final String url;
    private final Path folder;
    private final List<String> command;
    private final Thread atExit = new Thread(this::end, "end-test-server");
    private @Nullable Process process;

    EmbeddedServer(Repository repository, String module, String url, List<String> memory, List<String> options) {
        this(repository, module, url, memory, options, List.of());
    }

    /**
     * Describes a server.
     *
     * @param wrapper the words of a command that precede the server's own command; this command must replace itself by
     *     the server at its end, as {@code exec} does; empty if there is none
     */
    EmbeddedServer(
            Repository repository,
            String module,
            String url,
            List<String> memory,
            List<String> options,
            List<String> wrapper) {
        this.name = module;
        this.url = url;
        this.folder = ScratchFolders.folder(repository, module);
        List<String> jvm = new ArrayList<>(memory);
        jvm.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        jvm.add("-D" + Repository.ROOT_PROPERTY + "=" + repository.root());
        List<String> all = new ArrayList<>();
        options.forEach(option -> all.add(option.replace(DATA_PLACEHOLDER, data().toString())));
        all.add("--" + Lifetime.READY_FILE + "=" + readyFile());
        all.add("--" + Lifetime.END_WITH_STDIN);
        this.command = Stream.concat(wrapper.stream(), repository.command(module, jvm, all).stream())
                .toList();
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    @Override
    public String url() {
        return url;
    }

    /** Returns the folder in which the server runs and keeps its files. */
    Path folder() {
        return folder;
    }

    /** Returns the id of the running process. */
    synchronized long pid() {
        return Objects.requireNonNull(process, () -> name + " was not started").pid();
    }

    @Override
    public synchronized void start() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name + " is running");
        }
        try {
            Files.deleteIfExists(readyFile());
            Process started = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                    .start();
            process = started;
            awaitReady(started);
        } catch (IOException e) {
            throw new UncheckedIOException("The server cannot be started: " + name, e);
        }
    }

    private void awaitReady(Process started) throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!Files.exists(readyFile())) {
            if (endsWithin(started, Duration.ofMillis(POLL_MILLIS)) || System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " did not start; its log ends with:\n" + logTail());
            }
        }
    }

    @Override
    public synchronized void kill() {
        Process running = process;
        if (running == null) {
            return;
        }
        List<ProcessHandle> all = Stream.concat(Stream.of(running.toHandle()), running.descendants())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle handle : all) {
            handle.onExit().orTimeout(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    @Override
    public synchronized void stop() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        running.destroy();
        if (!endsWithin(running, STOP_LIMIT)) {
            kill();
        }
    }

    @Override
    public synchronized void copyData() {
        replace(data(), dataCopy());
    }

    @Override
    public synchronized void restoreData() {
        if (!Files.isDirectory(dataCopy())) {
            throw new IllegalStateException(name + " has no copy of its data");
        }
        replace(dataCopy(), data());
    }

    private void replace(Path from, Path to) {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name + " is running");
        }
        if (Files.exists(to)) {
            ScratchFolders.remove(to);
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder cannot be copied: " + from, e);
        }
    }

    @Override
    public synchronized void freeze() {
        signal("STOP");
    }

    @Override
    public synchronized void unfreeze() {
        signal("CONT");
    }

    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private synchronized void end() {
        if (process != null && process.isAlive()) {
            kill();
        }
        ScratchFolders.remove(folder);
    }

    /**
     * Sends a signal to all processes of the server. A shell sends it, because Java has no method for these signals.
     * The method reads the list of processes again until it contains no new one, because a process may start a child
     * between the reading of the list and the signal.
     */
    private void signal(String signal) {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException(name + " is not running");
        }
        Set<Long> signalled = new HashSet<>();
        Set<Long> found = processTree(running);
        while (!signalled.containsAll(found)) {
            found.removeAll(signalled);
            send(signal, found);
            signalled.addAll(found);
            found = processTree(running);
        }
    }

    private static Set<Long> processTree(Process running) {
        Set<Long> pids = new LinkedHashSet<>();
        pids.add(running.pid());
        running.descendants().forEach(child -> pids.add(child.pid()));
        return pids;
    }

    /**
     * Sends a signal to processes.
     *
     * @throws IllegalStateException if the command does not end in time, or if it fails although all processes are
     *     alive
     */
    private void send(String signal, Set<Long> pids) {
        StringBuilder words = new StringBuilder("kill -").append(signal);
        pids.forEach(pid -> words.append(' ').append(pid));
        try {
            Process shell =
                    new ProcessBuilder("sh", "-c", words.toString()).inheritIO().start();
            if (!endsWithin(shell, STOP_LIMIT)
                    || (shell.exitValue() != 0 && pids.stream().allMatch(EmbeddedServer::isAlive))) {
                throw new IllegalStateException(words + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(words.toString(), e);
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static boolean endsWithin(Process process, Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The wait for a server was interrupted", e);
        }
    }

    private String logTail() throws IOException {
        List<String> lines = Files.readAllLines(logFile());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path dataCopy() {
        return folder.resolve("kept");
    }

    private Path logFile() {
        return folder.resolve("server.log");
    }

    private Path readyFile() {
        return folder.resolve("ready");
    }
}
