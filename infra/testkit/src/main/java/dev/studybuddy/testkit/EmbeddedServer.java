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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server in a process of its own. It reads this JVM's pipe, so it ends also when this JVM is killed.
 *
 * <p>States: created → {@code start} → running ⇄ {@code pause}/{@code resume} paused; {@code kill} or {@code stop} → ended →
 * {@code start} again; {@code close} from any.
 */
final class EmbeddedServer implements FaultyServer {

    /** Stands for the data folder in a server's options. */
    static final String DATA = "{data}";

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_MILLIS = 20;
    private static final int LOG_TAIL_LINES = 40;

    private final String name;
    private final String url;
    private final Path folder;
    private final List<String> command;
    private final Thread atExit = new Thread(this::end, "end-test-server");
    private @Nullable Process process;

    EmbeddedServer(Repository repository, String module, String url, List<String> memory, List<String> options) {
        this.name = module;
        this.url = url;
        this.folder = Scratch.folder(repository, module);
        List<String> jvm = new ArrayList<>(memory);
        jvm.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        jvm.add("-D" + Repository.ROOT_PROPERTY + "=" + repository.root());
        List<String> all = new ArrayList<>();
        options.forEach(option -> all.add(option.replace(DATA, data().toString())));
        all.add("--" + Lifetime.READY_FILE + "=" + readyFile());
        all.add("--" + Lifetime.END_WITH_STDIN);
        this.command = repository.command(module, jvm, all);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public synchronized void start() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name + " runs");
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
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    private void awaitReady(Process started) throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!Files.exists(readyFile())) {
            if (exits(started, Duration.ofMillis(LOOK_EVERY_MILLIS)) || System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " did not start:\n" + logTail());
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
        if (!exits(running, STOP_LIMIT)) {
            kill();
        }
    }

    @Override
    public synchronized void keepData() {
        replace(data(), kept());
    }

    @Override
    public synchronized void putBackData() {
        if (!Files.isDirectory(kept())) {
            throw new IllegalStateException(name + " has no data that were kept");
        }
        replace(kept(), data());
    }

    private void replace(Path from, Path to) {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name + " runs");
        }
        if (Files.exists(to)) {
            Scratch.remove(to);
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy " + from, e);
        }
    }

    @Override
    public synchronized void pause() {
        signal("STOP");
    }

    @Override
    public synchronized void resume() {
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
        Scratch.remove(folder);
    }

    /**
     * Java can't send these signals itself. Asked again until no process is new: one that forks may have made a child
     * after it was looked at and before it was stopped, and that child would go on.
     */
    private void signal(String signal) {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException(name + " does not run");
        }
        Set<Long> signalled = new HashSet<>();
        Set<Long> found = family(running);
        while (!signalled.containsAll(found)) {
            found.removeAll(signalled);
            send(signal, found);
            signalled.addAll(found);
            found = family(running);
        }
    }

    private static Set<Long> family(Process running) {
        Set<Long> pids = new LinkedHashSet<>();
        pids.add(running.pid());
        running.descendants().forEach(child -> pids.add(child.pid()));
        return pids;
    }

    /** A process that ended meanwhile is no failure; one that lives and could not be signalled is. */
    private void send(String signal, Set<Long> pids) {
        StringBuilder words = new StringBuilder("kill -").append(signal);
        pids.forEach(pid -> words.append(' ').append(pid));
        try {
            Process shell =
                    new ProcessBuilder("sh", "-c", words.toString()).inheritIO().start();
            if (!exits(shell, STOP_LIMIT)
                    || (shell.exitValue() != 0 && pids.stream().allMatch(EmbeddedServer::lives))) {
                throw new IllegalStateException(words + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(words.toString(), e);
        }
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static boolean exits(Process process, Duration within) {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a server", e);
        }
    }

    private String logTail() throws IOException {
        List<String> lines = Files.readAllLines(logFile());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path kept() {
        return folder.resolve("kept");
    }

    private Path logFile() {
        return folder.resolve("server.log");
    }

    private Path readyFile() {
        return folder.resolve("ready");
    }
}
