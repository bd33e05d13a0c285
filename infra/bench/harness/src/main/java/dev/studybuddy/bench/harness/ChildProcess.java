package dev.studybuddy.bench.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts and ends a child process, whose output goes to a log file. */
public final class ChildProcess implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final long POLL_INTERVAL_MILLIS = 20;
    private static final int LOG_TAIL_LINES = 30;

    private final Process process;
    private final Path logFile;
    private final Thread shutdownHook;

    private ChildProcess(Process process, Path logFile) {
        this.process = process;
        this.logFile = logFile;
        this.shutdownHook = new Thread(this::destroy, "end-" + logFile.getFileName());
        Runtime.getRuntime().addShutdownHook(shutdownHook);
    }

    /** Starts a process. Its standard input is a pipe from this program, and its output is appended to the log file. */
    public static ChildProcess start(List<String> command, Map<String, String> environment, Path logFile) {
        try {
            Files.createDirectories(logFile.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
            builder.environment().putAll(environment);
            return new ChildProcess(builder.start(), logFile);
        } catch (IOException e) {
            throw new UncheckedIOException("the benchmark cannot start " + command, e);
        }
    }

    /**
     * Waits until the process has created the file.
     *
     * @throws IllegalStateException with the end of the log if the process ends before it has created the file, or if
     *     the limit has passed
     */
    public void awaitFile(Path file, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!Files.exists(file)) {
            if (awaitExit(Duration.ofMillis(POLL_INTERVAL_MILLIS)) || System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the process did not create " + file + "; the end of " + logFile + ":\n" + logTail());
            }
        }
    }

    /**
     * Checks that the process is running.
     *
     * @throws IllegalStateException with the end of the log if the process has ended
     */
    public void checkAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the process ended with code " + process.exitValue() + "; the end of "
                    + logFile + ":\n" + logTail());
        }
    }

    /** Writes a line to the standard input of the process. */
    public void sendLine(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the process with log " + logFile + " does not read its standard input", e);
        }
    }

    /** Returns the process id. */
    public long pid() {
        return process.pid();
    }

    /** Returns the CPU seconds of the process and all its descendants, including those that have ended. */
    public double cpuSeconds() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .mapToDouble(handle -> Cpu.secondsOf(handle.pid()))
                .sum();
    }

    /** Kills the process and its descendants, as {@code kill -9} does, and waits until the process has ended. */
    public void kill() {
        destroy();
        if (!awaitExit(STOP_LIMIT)) {
            throw new IllegalStateException("the process with log " + logFile + " did not end after it was killed");
        }
    }

    /** Requests the process to end, and kills it if it is still running after 30 s. */
    @Override
    public void close() {
        process.destroy();
        if (!awaitExit(STOP_LIMIT)) {
            destroy();
        }
        Runtime.getRuntime().removeShutdownHook(shutdownHook);
    }

    private void destroy() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Waits for the process to end. Returns whether it has ended within the limit. */
    public boolean awaitExit(Duration within) {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "the benchmark was interrupted while it waited for the process with log " + logFile, e);
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(logFile);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(the log cannot be read: " + e.getMessage() + ")";
        }
    }
}
