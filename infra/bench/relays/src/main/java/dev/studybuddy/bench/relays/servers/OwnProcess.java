package dev.studybuddy.bench.relays.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that this program started and ends, with its log in a file. */
public final class OwnProcess implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_MILLIS = 20;
    private static final int LOG_TAIL_LINES = 30;

    private final Process process;
    private final Path logFile;
    private final Thread atExit;

    private OwnProcess(Process process, Path logFile) {
        this.process = process;
        this.logFile = logFile;
        this.atExit = new Thread(this::kill, "end-" + logFile.getFileName());
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts it. Its standard input is a pipe from here; its output goes to the file. */
    public static OwnProcess start(List<String> command, Map<String, String> environment, Path logFile) {
        try {
            Files.createDirectories(logFile.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
            builder.environment().putAll(environment);
            return new OwnProcess(builder.start(), logFile);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** Waits until the file exists. */
    public void await(Path file, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!Files.exists(file)) {
            if (ends(Duration.ofMillis(LOOK_EVERY_MILLIS)) || System.nanoTime() > deadline) {
                throw new IllegalStateException(logFile + " did not get ready:\n" + logTail());
            }
        }
    }

    /** Throws with the end of its log where it has ended. */
    public void checkAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(logFile + " ended with code " + process.exitValue() + ":\n" + logTail());
        }
    }

    /** Writes a line to its standard input. */
    public void say(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(logFile + " does not listen", e);
        }
    }

    /** Its number on this machine. */
    public long pid() {
        return process.pid();
    }

    /** CPU seconds of it and all its descendants, those that ended among them. */
    public double cpuSeconds() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .mapToDouble(handle -> Cpu.secondsOf(handle.pid()))
                .sum();
    }

    /** Asks it to end, waits, kills it where it doesn't. */
    @Override
    public void close() {
        process.destroy();
        if (!ends(STOP_LIMIT)) {
            kill();
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Waits until it has ended; whether it has. */
    public boolean ends(Duration within) {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + logFile, e);
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(logFile);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(its log can't be read: " + e.getMessage() + ")";
        }
    }
}
